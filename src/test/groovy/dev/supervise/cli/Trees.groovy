package dev.supervise.cli

import dev.supervise.spec.*

/// Small trees, for specs.
class Trees {
  static ProcessSpec process(Map with = [:], String name) {
    new ProcessSpec(name, new Origin('app.groovy', 3), policy(with), new Command.Argv([Value.of('sleep'), Value.of('9 s')]),
        Value.of('/srv'), '/srv', with.env ?: [], false, Identity.INHERITED, [], with.logs ?: Logs.DEFAULT, with.instances ?: 0)
  }

  static SupervisorSpec supervisor(Map with = [:], String name, UnitSpec... units) {
    new SupervisorSpec(name, new Origin('app.groovy', 1), policy(with), Strategy.ONE_FOR_ONE, Intensity.DEFAULT,
        AutoShutdown.NEVER, new Grace.Unlimited(), new Members.Listed(units.toList()))
  }

  static SupervisorSpec pool(String name, int size, UnitSpec template) {
    new SupervisorSpec(name, new Origin('app.groovy', 1), UnitPolicy.DEFAULT, Strategy.ONE_FOR_ONE, Intensity.DEFAULT,
        AutoShutdown.NEVER, new Grace.Unlimited(), new Members.Pool(template, size))
  }

  static App app(Map with = [:], UnitSpec... units) {
    new App('app.groovy', '/srv', SupervisorSpec.root(new Members.Listed(units.toList())), with.ports ?: [:], [], [], [])
  }

  private static UnitPolicy policy(Map with) {
    def d = UnitPolicy.DEFAULT
    new UnitPolicy(d.restart(), d.successExits(), d.pause(), d.maxRestarts(),
        (with.after ?: []).collect { new Edge(it, Edge.Condition.STARTED, Origin.NONE) }, with.priority ?: 0, false, false,
        with.autostart != false, with.labels ?: [:], d.stop())
  }
}
