import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/// A toy chain: validators sign blocks in turn, everybody checks them, each block pays its proposer.
/// There to be run and looked after by node-sidecar.groovy; it knows nothing of who does that.
///
///     java Node run HOME       runs the node whose config/ and data/ are below HOME
///     java Node validate FILE  says what is wrong with a config.json; exit code 1 if anything is
///
/// RPC over HTTP on localhost: /health /status /net_info /block?height= /blocks?from=&to=
/// /snapshot?height= /export. SIGHUP reads the configuration again.
final class Node {
  private static final int REWARD = 10;
  private static final int SNAPSHOT_EVERY = 10;

  private final Path home;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofMillis(500)).build();
  private final Map<String, Object> genesis;
  private final List<Map<String, Object>> validators;
  private final PrivateKey key;
  private final String ownKey;
  private volatile Map<String, Object> config;
  private volatile int generation = 1;

  // The chain: guarded by this.
  private final List<Map<String, Object>> blocks = new ArrayList<>();
  private final TreeMap<String, Object> balances = new TreeMap<>();
  private long height;
  private String hash;

  public static void main(String[] args) throws Exception {
    if (args.length == 2 && args[0].equals("validate")) {
      List<String> wrong = validate(Json.object(Files.readString(Path.of(args[1]))));
      wrong.forEach(System.err::println);
      System.exit(wrong.isEmpty() ? 0 : 1);
    } else if (args.length == 2 && args[0].equals("run")) {
      new Node(Path.of(args[1])).run();
    } else {
      System.err.println("usage: Node run HOME | Node validate FILE");
      System.exit(2);
    }
  }

  private Node(Path home) throws Exception {
    this.home = home;
    config = Json.object(Files.readString(home.resolve("config/config.json")));
    genesis = Json.object(Files.readString(home.resolve("config/genesis.json")));
    List<String> wrong = validate(config);
    if (!wrong.isEmpty()) {
      throw new IllegalStateException("config.json: " + String.join("; ", wrong));
    }
    if (!genesis.get("chain_id").equals(config.get("chain_id"))) {
      throw new IllegalStateException("the genesis is of another chain than the configuration");
    }
    validators = Json.objects(genesis.get("validators"));
    Map<String, Object> keys =
        Json.object(Files.readString(home.resolve("config/validator_key.json")));
    ownKey = (String) keys.get("public");
    key =
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(
                new PKCS8EncodedKeySpec(Base64.getDecoder().decode((String) keys.get("private"))));
    height = Json.number(genesis.get("initial_height")) - 1;
    hash = hash(Json.write(genesis));
    balances.putAll(Json.asObject(Json.asObject(genesis.get("app_state")).get("balances")));
  }

  static List<String> validate(Map<String, Object> config) {
    List<String> wrong = new ArrayList<>();
    if (!(config.get("moniker") instanceof String name) || name.isBlank()) {
      wrong.add("moniker is missing");
    }
    if (!(config.get("chain_id") instanceof String id) || !id.matches("[a-z0-9-]+")) {
      wrong.add("chain_id is not of a-z 0-9 -");
    }
    if (!(config.get("rpc_port") instanceof Long port) || port < 1 || port > 65535) {
      wrong.add("rpc_port is not between 1 and 65535");
    }
    if (!(config.get("block_millis") instanceof Long millis) || millis < 10 || millis > 60_000) {
      wrong.add("block_millis is not between 10 and 60000");
    }
    if (!(config.get("peers") instanceof List<?> peers)) {
      wrong.add("peers is not a list");
    } else {
      for (Object peer : peers) {
        if (!String.valueOf(peer).matches("[0-9a-f]{40}@localhost:[0-9]+")) {
          wrong.add("peer '" + peer + "' is not of the form id@localhost:port");
        }
      }
    }
    return wrong;
  }

  private void run() throws Exception {
    Files.createDirectories(home.resolve("data/snapshots"));
    load();
    sun.misc.Signal.handle(new sun.misc.Signal("HUP"), _ -> reload());
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(), (int) Json.number(config.get("rpc_port"))),
            64);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    say("serving at " + config.get("rpc_port") + ", height " + height);
    while (true) {
      long began = System.nanoTime();
      boolean grown = turn();
      long pause = Json.number(config.get("block_millis")) - (System.nanoTime() - began) / 1_000_000;
      Thread.sleep(grown ? Math.max(1, pause) : 20);
    }
  }

  private void say(String text) {
    System.out.println(text);
  }

  private void reload() {
    try {
      Map<String, Object> next =
          Json.object(Files.readString(home.resolve("config/config.json")));
      List<String> wrong = validate(next);
      if (wrong.isEmpty()) {
        config = next;
        generation++;
        say("configuration " + generation + " in force");
      } else {
        say("configuration refused: " + String.join("; ", wrong));
      }
    } catch (IOException | RuntimeException e) {
      say("configuration refused: " + e.getMessage());
    }
  }

  // ---- the chain

  private void load() throws Exception {
    Path file = home.resolve("data/blocks.jsonl");
    if (Files.notExists(file) && config.get("state_sync") instanceof Map<?, ?> sync
        && Boolean.TRUE.equals(sync.get("enable"))) {
      sync(Json.asObject(sync));
      return;
    }
    Path base = home.resolve("data/base.json");
    if (Files.exists(base)) {
      begin(Json.object(Files.readString(base)));
    }
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        // The last line may have been cut by a crash; the block comes again from a peer.
        if (line.endsWith("}")) {
          Map<String, Object> block = Json.object(line);
          if (Json.number(block.get("height")) == height + 1) {
            append(block, false);
          }
        }
      }
    }
  }

  /// From a snapshot: the block and the balances after it.
  private void begin(Map<String, Object> snapshot) throws Exception {
    Map<String, Object> block = Json.asObject(snapshot.get("block"));
    balances.clear();
    balances.putAll(Json.asObject(snapshot.get("balances")));
    if (!appHash().equals(block.get("app_hash"))) {
      throw new IllegalStateException("the snapshot does not fit its block");
    }
    height = Json.number(block.get("height"));
    hash = (String) block.get("hash");
    blocks.add(block);
  }

  private void sync(Map<String, Object> sync) throws Exception {
    for (Object address : (List<?>) sync.get("rpc")) {
      Map<String, Object> snapshot =
          get(address + "/snapshot?height=" + Json.number(sync.get("trust_height")));
      if (snapshot == null) {
        continue;
      }
      Map<String, Object> block = Json.asObject(snapshot.get("block"));
      if (!block.get("hash").equals(sync.get("trust_hash"))) {
        say("snapshot of " + address + " is not the one that is trusted");
        continue;
      }
      begin(snapshot);
      write(home.resolve("data/base.json"), Json.write(snapshot));
      say("synced to height " + height + " from " + address);
      return;
    }
    throw new IllegalStateException("no peer has the trusted snapshot");
  }

  private Map<String, Object> proposer(long at) {
    return validators.get((int) (at % validators.size()));
  }

  private boolean turn() throws Exception {
    Map<String, Object> proposer = proposer(height + 1);
    if (proposer.get("public").equals(ownKey)) {
      Map<String, Object> own = propose((String) proposer.get("name"));
      if (own != null) {
        append(own, true);
        return true;
      }
    }
    for (Object peer : (List<?>) config.get("peers")) {
      String address = "http://" + String.valueOf(peer).replaceFirst(".*@", "");
      Map<String, Object> block = get(address + "/block?height=" + (height + 1));
      if (block != null) {
        append(block, true);
        return true;
      }
    }
    return false;
  }

  /// Never signs two blocks of one height, also when its data directory was exchanged for an older
  /// one: the last signed block is kept beside the key. Null where only the peers can help.
  private Map<String, Object> propose(String name) throws Exception {
    Path signed = home.resolve("config/last_signed.json");
    if (Files.exists(signed)) {
      Map<String, Object> last = Json.object(Files.readString(signed));
      if (Json.number(last.get("height")) > height) {
        boolean next = Json.number(last.get("height")) == height + 1;
        return next && last.get("prev").equals(hash) ? last : null;
      }
    }
    Map<String, Object> block = new LinkedHashMap<>();
    block.put("height", height + 1);
    block.put("prev", hash);
    block.put("time", System.currentTimeMillis());
    block.put("proposer", name);
    TreeMap<String, Object> after = new TreeMap<>(balances);
    after.merge(name, (long) REWARD, (a, b) -> Json.number(a) + Json.number(b));
    block.put("app_hash", hash(Json.write(after)));
    block.put("hash", hash(Json.write(block)));
    Signature sign = Signature.getInstance("Ed25519");
    sign.initSign(key);
    sign.update(String.valueOf(block.get("hash")).getBytes(StandardCharsets.UTF_8));
    block.put("signature", Base64.getEncoder().encodeToString(sign.sign()));
    write(signed, Json.write(block));
    return block;
  }

  private synchronized void append(Map<String, Object> block, boolean fresh) throws Exception {
    check(block);
    String name = (String) block.get("proposer");
    balances.merge(name, (long) REWARD, (a, b) -> Json.number(a) + Json.number(b));
    if (!appHash().equals(block.get("app_hash"))) {
      throw new IllegalStateException("block " + block.get("height") + " has another state");
    }
    if (fresh) {
      Files.writeString(
          home.resolve("data/blocks.jsonl"),
          Json.write(block) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    blocks.add(block);
    height++;
    hash = (String) block.get("hash");
    if (fresh && height % SNAPSHOT_EVERY == 0) {
      write(
          home.resolve("data/snapshots/" + height + ".json"),
          Json.write(Map.of("block", block, "balances", balances)));
    }
  }

  private void check(Map<String, Object> block) throws Exception {
    Map<String, Object> bare = new LinkedHashMap<>(block);
    String signature = (String) bare.remove("signature");
    String said = (String) bare.remove("hash");
    Map<String, Object> proposer = proposer(height + 1);
    PublicKey known =
        KeyFactory.getInstance("Ed25519")
            .generatePublic(
                new X509EncodedKeySpec(
                    Base64.getDecoder().decode((String) proposer.get("public"))));
    Signature verify = Signature.getInstance("Ed25519");
    verify.initVerify(known);
    verify.update(said.getBytes(StandardCharsets.UTF_8));
    boolean right =
        Json.number(block.get("height")) == height + 1
            && block.get("prev").equals(hash)
            && block.get("proposer").equals(proposer.get("name"))
            && said.equals(hash(Json.write(bare)))
            && verify.verify(Base64.getDecoder().decode(signature));
    if (!right) {
      throw new IllegalStateException("block " + block.get("height") + " is not valid");
    }
  }

  private String appHash() throws Exception {
    return hash(Json.write(balances));
  }

  private static String hash(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void write(Path file, String text) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(beside, text);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
  }

  // ---- RPC

  private Map<String, Object> get(String address) {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(2)).build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200 ? Json.object(answer.body()) : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    Object answer;
    try {
      answer = answer(exchange.getRequestURI());
    } catch (RuntimeException | IOException e) {
      answer = null;
    }
    byte[] text = Json.write(answer).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer == null ? 404 : 200, text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  private synchronized Object answer(URI asked) throws IOException {
    return switch (asked.getPath()) {
      case "/health" -> Map.of("ok", true);
      case "/status" -> status();
      case "/net_info" -> Map.of("peers", config.get("peers"));
      case "/block" -> block(number(asked, "height"));
      case "/blocks" -> {
        long from = number(asked, "from");
        long to = number(asked, "to");
        yield blocks.stream()
            .filter(each -> Json.number(each.get("height")) >= from)
            .filter(each -> Json.number(each.get("height")) <= to)
            .toList();
      }
      case "/snapshot" -> {
        long wanted =
            asked.getQuery() == null ? height / SNAPSHOT_EVERY * SNAPSHOT_EVERY
                : number(asked, "height");
        Path file = home.resolve("data/snapshots/" + wanted + ".json");
        yield Files.exists(file) ? Json.object(Files.readString(file)) : null;
      }
      case "/export" ->
          Map.of("chain_id", genesis.get("chain_id"), "height", height, "balances", balances);
      default -> null;
    };
  }

  private Map<String, Object> status() {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("moniker", config.get("moniker"));
    status.put("chain_id", config.get("chain_id"));
    status.put("height", height);
    status.put("first", blocks.isEmpty() ? height + 1 : blocks.getFirst().get("height"));
    status.put("hash", hash);
    status.put("pid", ProcessHandle.current().pid());
    status.put("configuration", (long) generation);
    status.put("block_millis", config.get("block_millis"));
    return status;
  }

  private Map<String, Object> block(long wanted) {
    for (Map<String, Object> block : blocks.reversed()) {
      if (Json.number(block.get("height")) == wanted) {
        return block;
      }
    }
    return null;
  }

  private static long number(URI asked, String name) {
    for (String pair : String.valueOf(asked.getQuery()).split("&")) {
      if (pair.startsWith(name + "=")) {
        return Long.parseLong(pair.substring(name.length() + 1));
      }
    }
    throw new IllegalArgumentException(name + " is missing");
  }

  /// As much JSON as a toy needs: whole numbers only.
  static final class Json {
    private final String text;
    private int at;

    private Json(String text) {
      this.text = text;
    }

    static Map<String, Object> object(String text) {
      return asObject(new Json(text).value());
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> asObject(Object value) {
      return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> objects(Object value) {
      return (List<Map<String, Object>>) value;
    }

    static long number(Object value) {
      return ((Number) value).longValue();
    }

    private char next() {
      while (Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      return text.charAt(at);
    }

    private Object value() {
      switch (next()) {
        case '{' -> {
          Map<String, Object> map = new LinkedHashMap<>();
          at++;
          while (next() != '}') {
            String name = (String) value();
            next();
            at++;
            map.put(name, value());
            if (next() == ',') {
              at++;
            }
          }
          at++;
          return map;
        }
        case '[' -> {
          List<Object> list = new ArrayList<>();
          at++;
          while (next() != ']') {
            list.add(value());
            if (next() == ',') {
              at++;
            }
          }
          at++;
          return list;
        }
        case '"' -> {
          StringBuilder read = new StringBuilder();
          for (at++; text.charAt(at) != '"'; at++) {
            if (text.charAt(at) == '\\') {
              at++;
              switch (text.charAt(at)) {
                case 'n' -> read.append('\n');
                case 't' -> read.append('\t');
                case 'u' -> {
                  read.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                  at += 4;
                }
                default -> read.append(text.charAt(at));
              }
            } else {
              read.append(text.charAt(at));
            }
          }
          at++;
          return read.toString();
        }
        default -> {
          int from = at;
          while (at < text.length() && "-0123456789truefalsn".indexOf(text.charAt(at)) >= 0) {
            at++;
          }
          String word = text.substring(from, at);
          return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> null;
            default -> Long.valueOf(word);
          };
        }
      }
    }

    static String write(Object value) {
      return switch (value) {
        case null -> "null";
        case Map<?, ?> map -> {
          List<String> pairs = new ArrayList<>();
          map.forEach((name, each) -> pairs.add(write(String.valueOf(name)) + ":" + write(each)));
          yield "{" + String.join(",", pairs) + "}";
        }
        case List<?> list -> "[" + String.join(",", list.stream().map(Json::write).toList()) + "]";
        case String said ->
            '"' + said.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
        default -> value.toString();
      };
    }
  }
}
