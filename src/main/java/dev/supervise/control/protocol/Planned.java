package dev.supervise.control.protocol;

import java.util.List;

/// What a reload would make of one declared unit.
///
/// @param action `add`, `remove`, `replace` (stopped and started anew), `adjust` (goes on by other
///   rules) or `keep`
/// @param path its full name; a unit with instances is one
/// @param why in what it differs
public record Planned(String action, String path, String kind, List<String> why) {
  public Planned {
    why = List.copyOf(why);
  }
}
