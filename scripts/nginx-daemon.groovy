// nginx as it is usually run: it puts itself into the background and writes its own pid file. The daemon
// is the unit: supervise finds it by that file, signals it, sees its end, and starts another one then.
//
//   supervise scripts/nginx-daemon.groovy          then open the address it prints; Ctrl-C twice stops it
//
// Needs nginx (Debian: apt-get install nginx-light). Nothing of nginx that is configured on this machine is
// touched: a free port, and a directory of its own below /tmp.
def web = freePort('web')

// Only a name so far. Loading a script must create nothing, as `supervise check` loads it too.
def work = new File("${sysEnv('TMPDIR', '/tmp')}/nginx-daemon-${ProcessHandle.current().pid()}")

onStart { ctx ->
  work.mkdirs()
  new File(work, 'nginx.conf').text = """
    worker_processes 1;
    pid $work/nginx.pid;
    error_log $work/error.log;
    events { }
    http {
      access_log off;
      client_body_temp_path $work/body;
      proxy_temp_path $work/proxy;
      fastcgi_temp_path $work/fastcgi;
      uwsgi_temp_path $work/uwsgi;
      scgi_temp_path $work/scgi;
      server {
        listen 127.0.0.1:$web;
        location / { return 200 "served by \$pid\\n"; }
      }
    }
    """.stripIndent()
}

onStop { ctx -> work.deleteDir() }

process('nginx') {
  command 'nginx', '-e', 'stderr', '-c', "$work/nginx.conf"
  env PATH: "${sysEnv('PATH')}:/usr/sbin"           // where Debian puts it; users often lack it
  forking()                                         // the command ends when the daemon is there …
  detect { pidFile "$work/nginx.pid" }              // … which is found by the file it writes
  pidFile "$work/supervise.pid"                     // and this one is ours: pid, unit, start and boot
  restart always
  delay 100.ms
  stop SIGQUIT, within: 5.seconds, to: main         // to the daemon, which drains its workers
}

function('visitor') {
  after 'nginx'
  oneShot()
  restart onFailure
  backoff initial: 50.ms, max: 1.second
  run { ctx ->
    def url = "http://127.0.0.1:$web/"
    ctx.log.info "$url is ${new URI(url).toURL().text.trim()}"
  }
}
