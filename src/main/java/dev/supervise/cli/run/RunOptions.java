package dev.supervise.cli.run;

import dev.supervise.render.Style;
import java.util.List;
import java.util.Map;

/// How a tree is to be run in the foreground.
///
/// @param names only these units and what they need; empty: all
/// @param except units not to start
/// @param repl open the REPL where somebody sits before a terminal
/// @param watch reload whenever the script or one of its includes has changed
public record RunOptions(
    String script,
    List<String> names,
    List<String> except,
    Map<String, String> params,
    boolean quiet,
    Style.When colour,
    boolean stacktrace,
    boolean repl,
    boolean watch) {}
