/// Tables, trees, diagrams and lines for people: the only renderer.
///
/// Records in, text out: nothing here asks an instance, reads a clock, prints, or masks. What is
/// shown was masked by whoever answered.
///
/// - The place a text goes to: [OutputFormat]; [Style] paints, [TextWidth] measures and cuts,
///   [Table] fits rows into a width.
/// - Units: [Listings], [StatusText].
/// - What happened, and when: [EventText], [TimeText].
/// - Tasks and schedules: [TaskTexts].
/// - Diagrams: [DiagramUnit] is what is drawn, [Mermaid] and [Dot] draw it.
///
/// Pure: any thread may call anything; a [Table] belongs to whoever fills it.
///
/// Start reading at [Listings], then [Table].
@NullMarked
package dev.supervise.render;

import org.jspecify.annotations.NullMarked;
