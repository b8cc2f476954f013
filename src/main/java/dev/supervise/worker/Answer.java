package dev.supervise.worker;

/// What one try of a check came to.
///
/// @param why empty when it holds; otherwise why not, for the operator
record Answer(String why) {
  static final Answer HOLDS = new Answer("");

  static Answer not(String why) {
    return new Answer(why);
  }

  boolean holds() {
    return why.isEmpty();
  }
}
