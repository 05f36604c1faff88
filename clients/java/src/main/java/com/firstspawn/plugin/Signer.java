package com.firstspawn.plugin;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs calls: pure functions over bytes (docs/plugins.md, clients/vectors). */
public final class Signer {
    private final String key;
    private final byte[] secret;

    public Signer(String key, String secret) {
        this.key = key;
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** A query as it has to be sent and signed: sorted, percent-encoded as RFC 3986 says. */
    public static String canonicalQuery(List<Map.Entry<String, String>> pairs) {
        List<Map.Entry<String, String>> sorted = new ArrayList<>(pairs);
        sorted.sort((one, other) -> {
            int names = compare(one.getKey(), other.getKey());
            return names != 0 ? names : compare(one.getValue(), other.getValue());
        });
        StringBuilder query = new StringBuilder();
        for (Map.Entry<String, String> pair : sorted) {
            query.append(query.isEmpty() ? "" : "&");
            query.append(encode(pair.getKey())).append('=').append(encode(pair.getValue()));
        }
        return query.toString();
    }

    private static int compare(String one, String other) {
        return java.util.Arrays.compare(
            one.codePoints().toArray(), other.codePoints().toArray());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
            .replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }

    /** The headers of version 1: covers timestamp and body. */
    public Map<String, String> signV1(String timestamp, byte[] body) {
        byte[] head = (timestamp + ".").getBytes(StandardCharsets.UTF_8);
        byte[] base = new byte[head.length + body.length];
        System.arraycopy(head, 0, base, 0, head.length);
        System.arraycopy(body, 0, base, head.length, body.length);
        Map<String, String> headers = headers(timestamp);
        headers.put("X-FirstSpawn-Signature", "sha256=" + mac(base));
        return headers;
    }

    /** The headers of version 2: covers method and target (path with query) and a nonce as well. */
    public Map<String, String> signV2(
            String timestamp, String nonce, String method, String target, byte[] body) {
        String base = String.join(
            "\n", "v2", timestamp, nonce, method, target, sha256(body));
        Map<String, String> headers = headers(timestamp);
        headers.put("X-FirstSpawn-Nonce", nonce);
        headers.put("X-FirstSpawn-Signature", "v2=" + mac(base.getBytes(StandardCharsets.UTF_8)));
        return headers;
    }

    private Map<String, String> headers(String timestamp) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-FirstSpawn-Key", key);
        headers.put("X-FirstSpawn-Timestamp", timestamp);
        return headers;
    }

    private String mac(byte[] base) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(base));
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error); // every Java has it
        }
    }

    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }
}
