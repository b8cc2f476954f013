// A small web stack, as a Procfile would list it: redis, an application, nginx in front of it.
//
//   supervise scripts/web-stack.groovy             then open the address it prints; Ctrl-C twice stops it
//   supervise scripts/web-stack.groovy cache       only redis
//
// Needs nginx and redis-server (Debian: apt-get install nginx-light redis-server). Nothing of theirs that
// is configured on this machine is touched: free ports, and one directory of their own below /tmp.
import com.sun.net.httpserver.HttpServer

// Free at the time of the start, the same until the end. Children also find them in SUPERVISE_PORT_WEB …
def web = freePort('web')
def api = freePort('api')
def cache = freePort('cache')

// Only a name so far. Loading a script must create nothing, as `supervise check` loads it too.
def work = new File("${sysEnv('TMPDIR', '/tmp')}/web-stack-${ProcessHandle.current().pid()}")

onStart { ctx ->                                    // before the first unit is started
  work.mkdirs()
  new File(work, 'nginx.conf').text = """
    worker_processes 1;
    pid $work/nginx.pid;
    error_log stderr;
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
        location / { proxy_pass http://127.0.0.1:$api; }
      }
    }
    """.stripIndent()
}

onStop { ctx -> work.deleteDir() }                  // after the last one is down

process('cache') {
  command 'redis-server', '--port', "$cache", '--bind', '127.0.0.1', '--save', '', '--dir', "$work"
  logs { console false }                            // only to log/cache.log of the state directory
}

// The application is a function here: it counts visits in redis. A process would do as well.
function('api') {
  after 'cache'                                     // started after it, and stopped before it
  run { ctx ->
    def server = HttpServer.create(new InetSocketAddress('127.0.0.1', api), 0)
    server.createContext('/') { exchange ->
      def visits = new Socket('127.0.0.1', cache).withCloseable { redis ->
        redis.outputStream << 'INCR visits\r\n'
        redis.inputStream.newReader().readLine()    // :1
      }
      def answer = "visit ${visits.substring(1)}\n".bytes
      exchange.sendResponseHeaders(200, answer.length)
      exchange.responseBody.withCloseable { it.write(answer) }
    }
    server.start()
    try {
      while (!ctx.cancelled) {
        ctx.sleep 1.hour                            // until it is cancelled
      }
    } finally {
      server.stop(0)
    }
  }
}

process('nginx') {
  after 'api'
  command 'nginx', '-e', 'stderr', '-c', "$work/nginx.conf", '-g', 'daemon off;'
  env PATH: "${sysEnv('PATH')}:/usr/sbin"           // where Debian puts it; users often lack it
  stop SIGQUIT, within: 5.seconds, to: main         // nginx's own way: the master drains its workers
}

// Tries until the stack answers: a failure is restarted, with growing pauses from 50 ms on.
function('first-visit') {
  after 'nginx'
  oneShot()
  restart onFailure
  backoff initial: 50.ms, max: 1.second
  run { ctx ->
    def url = "http://127.0.0.1:$web/"
    ctx.log.info "$url says ${new URI(url).toURL().text.trim()}"
  }
}
