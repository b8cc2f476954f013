package dev.supervise.store;

import dev.supervise.store.Database.Migration;
import java.util.List;

/// What `state.db` looks like, step by step. A step that was released is never changed; what is
/// wanted otherwise becomes the next step.
final class TaskMigrations {
  /// The open rows are few among many: an index of their own finds them whatever the history.
  private static final Migration TASKS =
      new Migration(
          List.of(
              """
              create table task (
                seq integer primary key,
                id blob not null unique,
                type text not null,
                params text not null,
                state integer not null,
                attempt integer not null,
                failures integer not null,
                crashes integer not null,
                alone integer not null,
                mark integer not null,
                submitted integer not null,
                started integer not null,
                completed integer not null,
                due integer not null,
                error text not null,
                result text not null,
                fraction real not null,
                said text not null,
                saved text not null
              ) strict\
              """,
              "create index task_open on task (seq) where state < 2",
              """
              create table attempt (
                task integer not null,
                number integer not null,
                started integer not null,
                ended integer not null,
                outcome text not null,
                error text not null,
                primary key (task, number)
              ) strict, without rowid\
              """));

  private static final Migration SCHEDULES =
      new Migration(
          List.of(
              """
              create table schedule (
                name text primary key,
                plan text not null,
                since integer not null,
                suspended integer not null,
                last_fire integer not null,
                next_fire integer not null,
                last_task blob
              ) strict, without rowid\
              """,
              "create table fact (name text primary key, value text not null) strict, without"
                  + " rowid"));

  private static final Migration FOLLOWING =
      new Migration(List.of("alter table task add column follows blob"));

  static final List<Migration> ALL = List.of(TASKS, SCHEDULES, FOLLOWING);

  private TaskMigrations() {}
}
