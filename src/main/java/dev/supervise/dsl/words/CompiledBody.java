package dev.supervise.dsl.words;

/// Stands for a block whose body was compiled into the script instead of a closure.
public enum CompiledBody {
  COMPILED
}
