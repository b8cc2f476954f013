package dev.supervise.worker.environment

import dev.supervise.worker.Launch
import dev.supervise.spec.Command
import dev.supervise.spec.Identity
import dev.supervise.spec.Logs
import dev.supervise.spec.Origin
import dev.supervise.spec.ProcessSpec
import dev.supervise.spec.UnitPolicy
import dev.supervise.spec.Value
import dev.supervise.worker.environment.ChildEnvironment.Layer
import spock.lang.Specification

class ChildEnvironmentSpec extends Specification {
  static ProcessSpec spec(boolean cleanEnv = false) {
    new ProcessSpec('web', new Origin('app.groovy', 1), UnitPolicy.DEFAULT, new Command.Argv([Value.of('web')]), Value.of(''),
        '/', [], cleanEnv, Identity.INHERITED, [], Logs.DEFAULT, 0)
  }

  static Launch launch(OptionalInt prev = OptionalInt.empty(), int instance = 0) {
    new Launch(1, 'a/web', 'id-1', prev, 1, instance, null)
  }

  static final List<String> TOLD = ['LIFECYCLE_RESUME_ID=id-1', 'SUPERVISE_UNIT=a/web']

  /** Latin-1, so that every byte shows. */
  static Set<String> of(List<String> inherited, Map<String, Layer> layers = [:], Launch launch = launch(), boolean clean = false,
      Map<String, Integer> ports = [:]) {
    new ChildEnvironment(inherited.collect { it.getBytes('ISO-8859-1') })
        .of(spec(clean), launch, ports, layers, [:]).collect { new String(it, 'ISO-8859-1') } as Set
  }

  def 'what is inherited arrives byte for byte, whatever the bytes mean'() {
    expect:
    of(['A=\u00ff\u00fe', 'NOVALUE', 'B=']) == ['A=\u00ff\u00fe', 'NOVALUE', 'B=', *TOLD] as Set
  }

  def 'LC_ALL is what the caller of the launcher had: #caller'() {
    expect:
    of(['LC_ALL=C.UTF-8', 'X=1'] + caller) == (['X=1', *TOLD] + seen) as Set

    where:
    caller                               || seen
    []                                   || ['LC_ALL=C.UTF-8']
    ['SUPERVISE_CALLER_LC_ALL=']         || []
    ['SUPERVISE_CALLER_LC_ALL==']        || ['LC_ALL=']
    ['SUPERVISE_CALLER_LC_ALL==de_DE']   || ['LC_ALL=de_DE']
  }

  def 'what was meant for the supervisor alone is not passed on: #name'() {
    expect:
    of([name + '=x']) == TOLD as Set

    where:
    name << ['NOTIFY_SOCKET', 'LISTEN_FDS', 'LISTEN_PID', 'WATCHDOG_USEC', 'LIFECYCLE_PREV_EXIT', 'SUPERVISE_INSTANCE']
  }

  def 'layers lie over what is inherited, and remove it'() {
    expect:
    of(['A=1', 'B=2', 'C=3'], [A: new Layer.Is('ä'), B: new Layer.Absent()]) ==
        ['A=\u00c3\u00a4', 'C=3', *TOLD] as Set
  }

  def 'a clean environment has only what the unit and supervise say'() {
    expect:
    of(['PATH=/bin'], [A: new Layer.Is('1')], launch(), true) == ['A=1', *TOLD] as Set
  }

  def 'the previous exit, the instance and the ports are told, over anything else'() {
    expect:
    of(['SUPERVISE_UNIT=outer'], [SUPERVISE_UNIT: new Layer.Is('mine')], launch(OptionalInt.of(137), 2), false, ['my-api.2': 4711]) ==
        ['LIFECYCLE_PREV_EXIT=137', 'SUPERVISE_INSTANCE=2', 'SUPERVISE_PORT_MY_API_2=4711', *TOLD] as Set
  }

  def 'a name that is not ASCII stays itself'() {
    expect:
    of(['\u00c3\u00a4=1'], [(ChildEnvironment.key('ä')): new Layer.Is('2')]) == ['\u00c3\u00a4=2', *TOLD] as Set
  }
}
