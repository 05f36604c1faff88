package com.firstspawn.plugin;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One installed plugin: every try signs anew with the same body, by the server's clock. Not to be
 * called on the game server's main thread: it waits.
 */
public final class PluginClient {
    private static final String PREFIX = "/api/v1/plugin";
    private static final Set<Integer> AGAIN = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final Set<String> SIGN_AGAIN = Set.of("clock_skew", "replayed");
    private static final int TRIES = 6;
    private static final long FIRST_PAUSE_MS = 500;
    private static final long LONGEST_PAUSE_MS = 60_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final HttpClient http =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String baseUrl;
    private final Signer signer;
    private volatile long skewMs;

    /** {@code baseUrl} is the plugins' door: the signed path begins behind it. */
    public PluginClient(String baseUrl, String key, String secret) {
        this.baseUrl = baseUrl.replaceAll("/+$", "");
        this.signer = new Signer(key, secret);
    }

    /** Call it at every start. */
    public Map<String, Object> verify(String pluginVersion, String serverVersion)
            throws Refused, IOException, InterruptedException {
        return post("/verify", Map.of(
            "pluginVersion", pluginVersion, "serverVersion", serverVersion));
    }

    /** Call it every five minutes. Tried twice: the next one is better than a late one. */
    public Map<String, Object> heartbeat(List<String> players, int most, double tps)
            throws Refused, IOException, InterruptedException {
        Map<String, Object> form = new LinkedHashMap<>();
        form.put("onlinePlayers", players.size());
        form.put("maxPlayers", most);
        form.put("players", players.subList(0, Math.min(players.size(), 1000)));
        form.put("tps", tps);
        return deliver("POST", "/heartbeat", List.of(), bytes(form), 2);
    }

    /** Report up to 1,000 intervals: maps with uuid, name, from, to, afkSeconds. */
    public Map<String, Object> sync(List<Map<String, Object>> intervals)
            throws Refused, IOException, InterruptedException {
        return post("/playtime/sync", Map.of("players", intervals));
    }

    /** Report a link code that a player typed. */
    public Map<String, Object> claim(String code, String uuid, String name)
            throws Refused, IOException, InterruptedException {
        return post("/identity/claim", Map.of(
            "code", code, "playerUuid", uuid, "playerName", name));
    }

    /** What a player is owed; null if nothing. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> check(String uuid, String name)
            throws Refused, IOException, InterruptedException {
        var query = List.of(Map.entry("playerUuid", uuid), Map.entry("playerName", name));
        var answer = deliver("GET", "/redemption/check", query, new byte[0], TRIES);
        return (Map<String, Object>) answer.get("redemption");
    }

    /** Report an outcome of a redemption: STARTED, EXECUTED, FAILED, UNCERTAIN. */
    public Map<String, Object> execute(
            Map<String, Object> lease, String uuid, String attempt, String outcome)
            throws Refused, IOException, InterruptedException {
        return post("/redemption/execute", Map.of(
            "redemptionId", lease.get("id"), "leaseId", lease.get("leaseId"),
            "playerUuid", uuid, "attempt", attempt, "outcome", outcome));
    }

    private Map<String, Object> post(String path, Map<String, Object> form)
            throws Refused, IOException, InterruptedException {
        return deliver("POST", path, List.of(), bytes(form), TRIES);
    }

    static byte[] bytes(Object form) {
        return Json.write(form).getBytes(StandardCharsets.UTF_8);
    }

    /** Send a body until it is answered. Raises IOException if nothing answers. */
    Map<String, Object> deliver(
            String method, String path, List<Map.Entry<String, String>> query, byte[] body, int tries)
            throws Refused, IOException, InterruptedException {
        String target = PREFIX + path + (query.isEmpty() ? "" : "?" + Signer.canonicalQuery(query));
        IOException last = new IOException("no answer");
        for (int number = 0; number < tries; number++) {
            long wait = backoff(number);
            HttpResponse<String> answer;
            try {
                answer = attempt(method, target, body);
            } catch (IOException error) {
                last = error;
                Thread.sleep(wait);
                continue;
            }
            Map<String, Object> told = object(answer.body());
            if (answer.statusCode() < 300) {
                return told;
            }
            Refused refused = new Refused(answer.statusCode(), told);
            if (SIGN_AGAIN.contains(refused.code)) {
                continue; // the skew is known by now, and the next signature is a new one
            }
            if (!AGAIN.contains(answer.statusCode())) {
                throw refused;
            }
            last = new IOException(refused);
            long asked = answer.headers().firstValueAsLong("Retry-After").orElse(0) * 1000;
            Thread.sleep(Math.max(wait, asked));
        }
        throw last;
    }

    private HttpResponse<String> attempt(String method, String target, byte[] body)
            throws IOException, InterruptedException {
        String timestamp = String.valueOf(System.currentTimeMillis() + skewMs);
        byte[] nonce = new byte[16];
        RANDOM.nextBytes(nonce);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
        var publisher = method.equals("GET")
            ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(baseUrl + target))
            .timeout(Duration.ofSeconds(15)).header("Content-Type", "application/json")
            .method(method, publisher);
        signer.signV2(timestamp, text, method, target, body).forEach(request::header);
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        answer.headers().firstValueAsLong("X-FirstSpawn-Time")
            .ifPresent(told -> skewMs = told - System.currentTimeMillis());
        return answer;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(String body) {
        try {
            return Json.parse(body) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
        } catch (IllegalArgumentException error) {
            return Map.of();
        }
    }

    /** Up to half a second, then one, two, ... a minute: many servers must not come back at once. */
    private static long backoff(int number) {
        long most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(number, 16));
        return ThreadLocalRandom.current().nextLong(most + 1);
    }
}
