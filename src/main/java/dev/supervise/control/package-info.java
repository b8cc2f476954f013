/// The ways to a running instance: what can be asked of it and what it answers ([Query], [Answer]),
/// what can be followed ([Feed], [Item]), in the same process and over its socket.
@org.jspecify.annotations.NullMarked
package dev.supervise.control;
