package dev.supervise.task;

import dev.supervise.text.Printable;

/// An id that is no UUID.
public final class InvalidTaskIdException extends TaskRefused {
  private static final long serialVersionUID = 1L;

  public InvalidTaskIdException(String id) {
    super(
        "'"
            + Printable.line(id)
            + "' is no task id: a UUID is wanted, like 01890a5d-ac96-774b-bcce-b302099a8057");
  }
}
