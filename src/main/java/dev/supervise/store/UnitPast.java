package dev.supervise.store;

import java.util.List;

/// What one unit has been through.
///
/// @param own its newest entries, oldest first
/// @param origins the failures that the reasons of the last one speak of
public record UnitPast(List<JournalEntry> own, List<JournalEntry> origins) {}
