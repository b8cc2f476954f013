package dev.supervise.worker

import dev.supervise.worker.process.ProcessWorker
import java.lang.annotation.ElementType
import java.lang.annotation.Retention
import java.lang.annotation.RetentionPolicy
import java.lang.annotation.Target
import org.spockframework.runtime.extension.ExtensionAnnotation
import org.spockframework.runtime.extension.IAnnotationDrivenExtension
import org.spockframework.runtime.model.FeatureInfo
import org.spockframework.runtime.model.SpecInfo

/** Needs the keeper: skipped where only the reduced mode can run. */
@Retention(RetentionPolicy.RUNTIME)
@Target([ElementType.TYPE, ElementType.METHOD])
@ExtensionAnnotation(NativeExtension)
@interface Native {
}

class NativeExtension implements IAnnotationDrivenExtension<Native> {
  private static boolean keeper() {
    ProcessWorker.expectedMode().name() == 'keeper'
  }

  @Override
  void visitSpecAnnotation(Native annotation, SpecInfo spec) {
    if (!keeper()) {
      spec.skip('needs the keeper')
    }
  }

  @Override
  void visitFeatureAnnotation(Native annotation, FeatureInfo feature) {
    if (!keeper()) {
      feature.skip('needs the keeper')
    }
  }
}
