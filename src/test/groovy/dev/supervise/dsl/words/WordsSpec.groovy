package dev.supervise.dsl.words

import dev.supervise.dsl.value.Constant
import dev.supervise.dsl.value.Later
import dev.supervise.dsl.value.Word
import groovy.lang.Closure
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import org.codehaus.groovy.runtime.DefaultGroovyMethods
import spock.lang.Specification

/// The language as a whole, held against its rules.
class WordsSpec extends Specification {
  static List<Class> delegates() {
    Language.VOCABULARY.blocks().findAll { !it.code() }*.delegate()
  }

  static List<Method> words() {
    delegates().collectMany { Dispatch.table(it).values().flatten() }.unique()
  }

  def 'every public method of a delegate is a word, and every word is dispatched'() {
    expect:
    words().findAll { !it.getAnnotation(Word)?.value() } == []
    delegates().collectMany { Class type ->
      type.methods.findAll { it.isAnnotationPresent(Word) && !it.bridge && !Dispatch.table(type).containsKey(it.name) }
    } == []
  }

  def 'a word takes only what the dispatch can convert'() {
    given:
    def known = [Map, Closure, Constant, java.time.Duration, int, boolean, String, Object, dev.supervise.spec.Value,
                 dev.supervise.spec.HookFailure,
                 Object[], String[], int[]]

    expect:
    words().findAll { !it.parameterTypes.every { type -> type in known } } == []
  }

  def 'a word with a constant says which ones, and each is a name of the language'() {
    expect:
    words().findAll { Constant in it.parameterTypes && !it.getAnnotation(Word).constants() } == []
    words().collectMany { it.getAnnotation(Word).constants().toList() }
        .findAll { !Constant.known(it) && it != 'transient' } == []
  }

  def 'a block of words returns the delegate it names'() {
    expect:
    words().every { word ->
      def target = word.parameters.findResult { it.getAnnotation(groovy.lang.DelegatesTo) }
      def later = word.parameters.any { it.isAnnotationPresent(Later) }
      (target != null && !later) == Words.isAssignableFrom(word.returnType) &&
          (later || target == null || target.value() == word.returnType)
    }
  }

  def 'a map is the first parameter, and the only one'() {
    expect:
    words().every { word -> word.parameterTypes.toList().indexOf(Map) in [-1, 0] && word.parameterTypes.count(Map) <= 1 }
  }

  def 'no word has the name and the shape of what every object or closure has'() {
    given:
    def own = [Object, Closure, GroovyObject].collectMany { Class type ->
      type.methods.findAll { !Modifier.isStatic(it.modifiers) }.collect { [it.name, it.parameterTypes.toList()] }
    }
    def gdk = DefaultGroovyMethods.methods.findAll {
      Modifier.isStatic(it.modifiers) && it.parameterCount > 0 && it.parameterTypes[0] in [Object, Closure, Script]
    }.collect { [it.name, it.parameterTypes.toList().tail()] }

    expect:
    words().findAll { word ->
      (own + gdk).any { name, types -> name == word.name && types.size() == word.parameterCount && overlap(types, word.parameterTypes.toList()) }
    }*.name == []
  }

  private static boolean overlap(List<Class> theirs, List<Class> ours) {
    [theirs, ours].transpose().every { Class a, Class b -> a.isAssignableFrom(b) || b.isAssignableFrom(a) }
  }
}
