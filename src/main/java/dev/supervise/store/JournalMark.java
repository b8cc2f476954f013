package dev.supervise.store;

/// Where an entry stands among all that one run has to write. With it an entry gets into a journal
/// once, although it may stand in two places when an end, or a crash, comes in between: in what the
/// database has in hand, and in what is left beside it.
///
/// @param run no other run has the same
/// @param number ascends; those that are written together have the same
record JournalMark(String run, long number) {}
