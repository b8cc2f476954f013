#!/usr/bin/env supervise
// A small chain network and what looks after it: two nodes (scripts/node/Node.java, a toy), and nineteen types of
// durable task that take it from nothing to a running network and maintain it. Object storage is a directory.
//
//   supervise scripts/node-sidecar.groovy    (everything it makes is below work/ beside it)
//
// `bring-up` submits the tasks of the genesis, step by step; `maintain` those of a network that runs. Each step has an
// id of its own, made of what it is for: whatever is killed in between, this program included, the next start goes on
// where it was, and nothing that is done is done twice. Look with `supervise task list`, kill it, start it again.

import groovy.json.JsonOutput
import groovy.json.JsonSlurper
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption
import java.security.KeyFactory
import java.security.KeyPairGenerator
import java.security.MessageDigest
import java.security.Signature
import java.security.spec.PKCS8EncodedKeySpec
import java.security.spec.X509EncodedKeySpec

def chain = param('chain', 'toy-1')
def base = param('port', 26600)
def slow = param('slow', '') // a type of task that takes its time: to watch it, and to kill what is around it
def names = ['alpha', 'beta']

def work = scriptDir.resolve('work')
def storage = work.resolve("storage/$chain")
def classes = work.resolve('classes')
def java = "${System.getProperty('java.home')}/bin/java"
def home = { String node -> work.resolve("nodes/$node") }
def config = { String node, String file -> home(node).resolve("config/$file") }
def rpcPort = { String node -> base + names.indexOf(node) }

// ---- tools

def readJson = { Path file -> new JsonSlurper().parse(file.toFile()) }
def rpc = { port, String path ->
  new JsonSlurper().parseText(new URI("http://localhost:$port$path").toURL().getText(connectTimeout: 1000, readTimeout: 3000))
}
def sha256 = { byte[] bytes -> MessageDigest.getInstance('SHA-256').digest(bytes).encodeHex().toString() }

// Whole or not at all, also for those who look meanwhile.
def put = { Path file, byte[] bytes ->
  Files.createDirectories(file.parent)
  def beside = file.resolveSibling(".${file.fileName}.${UUID.randomUUID()}")
  Files.write(beside, bytes)
  Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE)
}
def putJson = { Path file, value -> put(file, JsonOutput.prettyPrint(JsonOutput.toJson(value)).bytes) }

def sh = { List<String> command ->
  def process = new ProcessBuilder(command*.toString()).redirectErrorStream(true).start()
  def said = process.inputStream.text.trim()
  if (process.waitFor() != 0) {
    throw new IllegalStateException("${command[0]} failed: $said")
  }
  said
}
// A scratch directory that is gone afterwards.
def scratch = { Closure body ->
  Files.createDirectories(work)
  def dir = Files.createTempDirectory(work, 'scratch-')
  try {
    body(dir)
  } finally {
    dir.toFile().deleteDir()
  }
}
def archive = { Path dir, Path to ->
  Files.createDirectories(to.parent)
  def beside = to.resolveSibling(".${to.fileName}.${UUID.randomUUID()}")
  sh(['tar', '-czf', beside.toString(), '-C', dir.toString(), '.'])
  Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE)
}
def unpack = { Path from, Path dir ->
  Files.createDirectories(dir)
  sh(['tar', '-xzf', from.toString(), '-C', dir.toString()])
}

def sign = { String privateKey, String text ->
  def signature = Signature.getInstance('Ed25519')
  signature.initSign(KeyFactory.getInstance('Ed25519').generatePrivate(new PKCS8EncodedKeySpec(privateKey.decodeBase64())))
  signature.update(text.bytes)
  signature.sign().encodeBase64().toString()
}
def signed = { String publicKey, String text, String by ->
  def signature = Signature.getInstance('Ed25519')
  signature.initVerify(KeyFactory.getInstance('Ed25519').generatePublic(new X509EncodedKeySpec(publicKey.decodeBase64())))
  signature.update(text.bytes)
  signature.verify(by.decodeBase64())
}

// What is to become the configuration: the patched one, as long as it is not applied, else the one in force.
def pending = { String node ->
  def next = config(node, 'config.next.json')
  Files.exists(next) ? readJson(next) : Files.exists(config(node, 'config.json')) ? readJson(config(node, 'config.json'))
      : [moniker: node, chain_id: chain, rpc_port: rpcPort(node), block_millis: 100, peers: []]
}
def merge
merge = { Map into, Map what ->
  what.each { key, value -> into[key] = value instanceof Map && into[key] instanceof Map ? merge(into[key], value) : value }
  into
}
def patch = { String node, Map set -> putJson(config(node, 'config.next.json'), merge(pending(node), set)) }

// What every task begins with.
def begin = { ctx, p ->
  ctx.log.info "begins${p.node ? " for $p.node" : ''}, attempt $ctx.attempt"
  ctx.progress 0.1, 'begun'
  if (ctx.type == slow) {
    ctx.sleep 5.seconds
  }
}

// ---- the nineteen types of task

task('generate-identity') {
  run { ctx, p ->
    begin(ctx, p)
    def file = config(p.node, 'validator_key.json')
    if (!Files.exists(file)) {
      def pair = KeyPairGenerator.getInstance('Ed25519').generateKeyPair()
      putJson(file, [public: pair.public.encoded.encodeBase64().toString(), private: pair.private.encoded.encodeBase64().toString()])
      file.toFile().setReadable(false, false)
      file.toFile().setReadable(true, true)
    }
    def key = readJson(file).public
    [node: p.node, id: sha256(key.decodeBase64()).take(40), public: key]
  }
}
def identity = { String node ->
  def key = readJson(config(node, 'validator_key.json')).public
  [name: node, id: sha256(key.decodeBase64()).take(40), public: key, address: "localhost:${rpcPort(node)}".toString()]
}

// The chain's genesis where there is one by now, else a first one to put signatures to.
task('configure-genesis') {
  run { ctx, p ->
    begin(ctx, p)
    def final_ = storage.resolve('genesis.json')
    if (Files.exists(final_)) {
      def bytes = Files.readAllBytes(final_)
      if (sha256(bytes) != readJson(storage.resolve('genesis.sha256.json')).sha256) {
        throw new IllegalStateException('the genesis in the storage is not the one it was published as')
      }
      put(config(p.node, 'genesis.json'), bytes)
      return 'final'
    }
    putJson(config(p.node, 'genesis.json'), [chain_id: chain, initial_height: 1, app_state: [balances: [:]], validators: []])
    'first'
  }
}

// A signed promise to be a validator.
task('generate-gentx') {
  run { ctx, p ->
    begin(ctx, p)
    def who = identity(p.node)
    def text = JsonOutput.toJson([chain_id: chain] + who + [stake: p.stake])
    def gentx = [body: text, signature: sign(readJson(config(p.node, 'validator_key.json')).private, text)]
    putJson(config(p.node, 'gentx.json'), gentx)
    who.id
  }
}

task('upload-genesis-artifacts') {
  retry 3
  run { ctx, p ->
    begin(ctx, p)
    scratch { dir ->
      Files.copy(config(p.node, 'gentx.json'), dir.resolve('gentx.json'))
      Files.copy(config(p.node, 'genesis.json'), dir.resolve('genesis.json'))
      archive(dir, storage.resolve("artifacts/${p.node}.tar.gz"))
    }
    "artifacts/${p.node}.tar.gz".toString()
  }
}

// Once everybody's artifacts are there: the genesis all agree on.
task('assemble-and-upload-genesis') {
  timeout 2.minutes
  run { ctx, p ->
    begin(ctx, p)
    def archives = p.nodes.collect { storage.resolve("artifacts/${it}.tar.gz") }
    while (!archives.every { Files.exists(it) } && !ctx.cancelled) {
      ctx.progress 0.3, "waiting for ${archives.count { !Files.exists(it) }} more"
      ctx.sleep 200.ms
    }
    def members = archives.collect { from ->
      scratch { dir ->
        unpack(from, dir)
        def gentx = readJson(dir.resolve('gentx.json'))
        def body = new JsonSlurper().parseText(gentx.body)
        if (body.chain_id != chain || !signed(body.public, gentx.body, gentx.signature)) {
          throw new IllegalStateException("the gentx of ${from.fileName} is not signed for $chain by whom it names")
        }
        body
      }
    }.sort { it.name }
    def genesis = [chain_id: chain, initial_height: 1,
                   app_state: [balances: members.collectEntries { [it.name, it.stake] }],
                   validators: members.collect { [name: it.name, public: it.public] }]
    def bytes = JsonOutput.prettyPrint(JsonOutput.toJson(genesis)).bytes
    putJson(storage.resolve('peers.json'), members.collectEntries { [it.name, "$it.id@$it.address".toString()] })
    putJson(storage.resolve('genesis.sha256.json'), [sha256: sha256(bytes)])
    put(storage.resolve('genesis.json'), bytes)
    [validators: members.size(), sha256: sha256(bytes)]
  }
}

task('set-genesis-peers') {
  run { ctx, p ->
    begin(ctx, p)
    def others = readJson(storage.resolve('peers.json')).findAll { it.key != p.node }.values().toList()
    patch(p.node, [peers: others])
    others
  }
}

// Changes nothing that is in force: validate, apply and reload follow.
task('config-patch') {
  run { ctx, p ->
    begin(ctx, p)
    patch(p.node, p.set)
    p.set.keySet()
  }
}

// By the node's own program.
task('config-validate') {
  run { ctx, p ->
    begin(ctx, p)
    def next = config(p.node, 'config.next.json')
    if (!Files.exists(next)) {
      return 'nothing is pending'
    }
    sh([java, '-XX:TieredStopAtLevel=1', '-cp', classes.toString(), 'Node', 'validate', next.toString()])
    'valid'
  }
}

task('config-apply') {
  run { ctx, p ->
    begin(ctx, p)
    def next = config(p.node, 'config.next.json')
    if (Files.exists(next)) {
      def inForce = config(p.node, 'config.json')
      if (Files.exists(inForce)) {
        Files.copy(inForce, config(p.node, 'config.before.json'), StandardCopyOption.REPLACE_EXISTING)
      }
      Files.move(next, inForce, StandardCopyOption.ATOMIC_MOVE)
    }
    readJson(config(p.node, 'config.json')).block_millis
  }
}

// Tells the running node, and waits until it says that it has heard.
task('config-reload') {
  retry 2
  timeout 30.seconds
  run { ctx, p ->
    begin(ctx, p)
    def before = rpc(rpcPort(p.node), '/status')
    sh(['kill', '-HUP', "$before.pid".toString()])
    while (!ctx.cancelled) {
      def now = rpc(rpcPort(p.node), '/status')
      if (now.pid == before.pid && now.configuration > before.configuration) {
        return [configuration: now.configuration, block_millis: now.block_millis]
      }
      ctx.sleep 50.ms
    }
  }
}

// Asks the peers for theirs, and keeps those that answer for the same chain.
task('discover-peers') {
  retry 5, delay: 500.ms
  run { ctx, p ->
    begin(ctx, p)
    def known = new TreeSet<String>(pending(p.node).peers)
    def heard = known.collectMany { peer -> rpc(peer.replaceFirst(/.*:/, ''), '/net_info').peers }
    def own = "${identity(p.node).id}@${identity(p.node).address}".toString()
    def alive = (known + heard - own).findAll { peer ->
      rpc(peer.replaceFirst(/.*:/, ''), '/status').chain_id == chain
    }.toSorted()
    putJson(config(p.node, 'addrbook.json'), [peers: alive])
    alive
  }
}

// A node is ready when it follows the chain; says so to the supervisor (readiness) and to the storage.
task('mark-ready') {
  timeout 1.minute
  run { ctx, p ->
    begin(ctx, p)
    def from = p.nodes.collectEntries { [it, rpc(rpcPort(it), '/status').height] }
    while (!ctx.cancelled && !from.every { node, height -> rpc(rpcPort(node), '/status').height > height }) {
      ctx.sleep 100.ms
    }
    putJson(storage.resolve('ready.json'), from)
    from
  }
}

// 'await-condition' comes with supervise: tcp, http, file, command, or a task type that answers true. This is one.
task('synced') {
  run { ctx, p ->
    def heights = names.collect { rpc(rpcPort(it), '/status').height }
    heights.max() - heights.min() <= 3 && heights.min() >= (p.height ?: 0)
  }
}

// The newest snapshot of a running node and its blocks up to there, as one archive.
task('snapshot-upload') {
  retry 3
  run { ctx, p ->
    begin(ctx, p)
    def snapshot = rpc(rpcPort(p.node), '/snapshot')
    def height = snapshot.block.height
    def blocks = rpc(rpcPort(p.node), "/blocks?from=1&to=$height")
    ctx.progress 0.5, "$height blocks"
    scratch { dir ->
      put(dir.resolve('base.json'), JsonOutput.toJson(snapshot).bytes)
      put(dir.resolve('blocks.jsonl'), blocks.collect { JsonOutput.toJson(it) + '\n' }.join().bytes)
      archive(dir, storage.resolve("snapshots/${height}.tar.gz"))
    }
    def sum = sha256(Files.readAllBytes(storage.resolve("snapshots/${height}.tar.gz")))
    putJson(storage.resolve('snapshots/latest.json'), [height: height, file: "${height}.tar.gz".toString(), sha256: sum])
    [height: height, sha256: sum]
  }
}

// The node is stopped for it, and its data directory exchanged as a whole.
task('snapshot-restore') {
  run { ctx, p ->
    begin(ctx, p)
    def latest = readJson(storage.resolve('snapshots/latest.json'))
    def from = storage.resolve("snapshots/$latest.file")
    if (sha256(Files.readAllBytes(from)) != latest.sha256) {
      throw new IllegalStateException("${from.fileName} is not the archive that was uploaded")
    }
    ctx.tree.stop p.node
    def data = home(p.node).resolve('data')
    def next = home(p.node).resolve('data.next')
    next.toFile().deleteDir()
    unpack(from, next)
    // The node begins at the snapshot and goes on from its peers.
    Files.delete(next.resolve('blocks.jsonl'))
    data.toFile().deleteDir()
    Files.move(next, data)
    ctx.tree.start p.node
    latest.height
  }
}

// From now on a node without data begins from a height that all its peers agree on.
task('configure-state-sync') {
  run { ctx, p ->
    begin(ctx, p)
    def peers = pending(p.node).peers.collect { "http://localhost:${it.replaceFirst(/.*:/, '')}".toString() }
    def height = peers.collect { rpc(it.replaceFirst(/.*:/, ''), '/snapshot').block.height }.min()
    def hashes = peers.collect { rpc(it.replaceFirst(/.*:/, ''), "/block?height=$height").hash }.unique()
    if (hashes.size() != 1) {
      throw new IllegalStateException("the peers do not agree on block $height")
    }
    patch(p.node, [state_sync: [enable: true, trust_height: height, trust_hash: hashes[0], rpc: peers]])
    [height: height, hash: hashes[0]]
  }
}

// What the blocks of a stretch paid, as a table.
task('result-export') {
  run { ctx, p ->
    begin(ctx, p)
    def blocks = rpc(rpcPort(p.node), "/blocks?from=${p.from}&to=${p.to}")
    def table = (['height,time,proposer,hash'] + blocks.collect { "$it.height,$it.time,$it.proposer,$it.hash" }).join('\n') + '\n'
    scratch { dir ->
      put(dir.resolve("blocks-${p.from}-${p.to}.csv"), table.bytes)
      archive(dir, storage.resolve("results/${p.from}-${p.to}.tar.gz"))
    }
    blocks.size()
  }
}

task('export-state') {
  run { ctx, p ->
    begin(ctx, p)
    def state = rpc(rpcPort(p.node), '/export')
    putJson(storage.resolve('exports/state.json'), state)
    state.height
  }
}

// The genesis of another chain that goes on with this one's balances.
task('assemble-genesis-fork') {
  run { ctx, p ->
    begin(ctx, p)
    def state = readJson(storage.resolve('exports/state.json'))
    def genesis = readJson(storage.resolve('genesis.json'))
    def fork = [chain_id: p.fork, initial_height: state.height + 1, forked_from: state.chain_id,
                app_state: [balances: state.balances], validators: genesis.validators]
    def bytes = JsonOutput.prettyPrint(JsonOutput.toJson(fork)).bytes
    putJson(work.resolve("storage/${p.fork}/genesis.sha256.json"), [sha256: sha256(bytes)])
    put(work.resolve("storage/${p.fork}/genesis.json"), bytes)
    [chain: p.fork, height: state.height + 1]
  }
}

// ---- what they add up to

def stepId = { String what -> UUID.nameUUIDFromBytes("$chain/$what".bytes).toString() }
def step = { ctx, String type, String what, Map params -> ctx.await(ctx.submit(type, params, id: stepId("$type $what"))) }
def apply = { ctx, String node, String why ->
  step(ctx, 'config-validate', "$node $why", [node: node])
  step(ctx, 'config-apply', "$node $why", [node: node])
}

task('bring-up') {
  run { ctx ->
    step(ctx, 'await-condition', 'compiled', [file: "$classes/Node.class".toString(), interval: '100ms', timeout: '1m'])
    names.each { node ->
      step(ctx, 'generate-identity', node, [node: node])
      step(ctx, 'configure-genesis', "first, $node", [node: node])
      step(ctx, 'generate-gentx', node, [node: node, stake: 1000])
      step(ctx, 'upload-genesis-artifacts', node, [node: node])
    }
    step(ctx, 'assemble-and-upload-genesis', 'genesis', [nodes: names])
    names.each { node ->
      step(ctx, 'configure-genesis', "final, $node", [node: node])
      step(ctx, 'set-genesis-peers', node, [node: node])
      step(ctx, 'config-patch', node, [node: node, set: [block_millis: 50]])
      apply(ctx, node, 'first') // and here the node starts: see its afterTask
    }
    names.each { node ->
      step(ctx, 'await-condition', "serving $node", [http: "http://localhost:${rpcPort(node)}/health".toString(), interval: '100ms', timeout: '1m'])
    }
    names.each { node -> step(ctx, 'discover-peers', node, [node: node]) }
    step(ctx, 'mark-ready', 'ready', [nodes: names])
    ctx.log.info 'the network runs'
  }
}

task('maintain') {
  run { ctx ->
    step(ctx, 'await-condition', 'some blocks', [check: 'synced', params: [height: 25], interval: '100ms', timeout: '1m'])
    step(ctx, 'snapshot-upload', 'snapshot', [node: 'alpha'])
    step(ctx, 'result-export', 'results', [node: 'alpha', from: 1, to: 20])
    step(ctx, 'export-state', 'export', [node: 'alpha'])
    step(ctx, 'assemble-genesis-fork', 'fork', [fork: "$chain-fork".toString()])
    step(ctx, 'config-patch', 'faster', [node: 'alpha', set: [block_millis: 20]])
    apply(ctx, 'alpha', 'faster')
    step(ctx, 'config-reload', 'faster', [node: 'alpha'])
    step(ctx, 'snapshot-restore', 'restore', [node: 'beta'])
    step(ctx, 'await-condition', 'restored', [check: 'synced', params: [:], interval: '100ms', timeout: '1m'])
    step(ctx, 'configure-state-sync', 'state sync', [node: 'beta'])
    apply(ctx, 'beta', 'state sync')
    // What stands here and not in a step is done again after a kill; to lose its data twice harms nobody.
    ctx.tree.stop 'beta'
    home('beta').resolve('data').toFile().deleteDir()
    ctx.tree.start 'beta'
    step(ctx, 'await-condition', 'synced', [check: 'synced', params: [:], interval: '100ms', timeout: '1m'])
    ctx.log.info 'the network is maintained'
  }
}

onStart {
  submit('bring-up', [:], id: stepId('bring-up'))
}
process('compile') {
  oneShot()
  dir work
  preStart { run { Files.createDirectories(classes) } }
  def source = file('node/Node.java')
  shell "[ '$classes/Node.class' -nt '$source' ] || exec '${java}c' -nowarn -XDignore.symbol.file -d '$classes' '$source'"
}
names.each { node ->
  process(node) {
    after compile: done
    afterTask 'config-apply', id: stepId("config-apply $node first")
    dir home(node)
    command java, '-XX:TieredStopAtLevel=1', '-Xmx64m', '-cp', classes, 'Node', 'run', home(node)
    ready { http "http://localhost:${rpcPort(node)}/health"; within 30.seconds }
    alive(every: 2.seconds) { http "http://localhost:${rpcPort(node)}/health"; failures 3 }
    delay 500.ms
    labels chain: chain
  }
}
function('maintenance') {
  oneShot()
  after alpha: ready, beta: ready
  afterTask 'mark-ready'
  run { submit('maintain', [:], id: stepId('maintain')) }
}
