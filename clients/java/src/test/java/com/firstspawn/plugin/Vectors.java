package com.firstspawn.plugin;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** {@code Vectors v1.json v2.json}: signs every published vector; exit code 1 if one differs. */
public final class Vectors {
    private Vectors() {}

    public static void main(String[] arguments) throws Exception {
        int failed = 0;
        int signed = 0;
        for (String file : arguments) {
            Map<?, ?> vectors = (Map<?, ?>) Json.parse(Files.readString(Path.of(file)));
            Signer signer = new Signer(
                vectors.get("key").toString(), vectors.get("secret").toString());
            for (Object one : (List<?>) vectors.get("vectors")) {
                Map<?, ?> vector = (Map<?, ?>) one;
                signed++;
                if (!signature(signer, vector).equals(vector.get("signature"))) {
                    System.out.println("differs: " + vector.get("name"));
                    failed++;
                }
            }
        }
        System.out.println(signed + " vectors, " + failed + " differ");
        System.exit(failed == 0 ? 0 : 1);
    }

    private static String signature(Signer signer, Map<?, ?> vector) {
        byte[] body = Base64.getDecoder().decode(vector.get("bodyBase64").toString());
        String timestamp = vector.get("timestamp").toString();
        if (!vector.containsKey("nonce")) {
            return signer.signV1(timestamp, body).get("X-FirstSpawn-Signature");
        }
        List<Map.Entry<String, String>> query = new ArrayList<>();
        for (Object pair : (List<?>) vector.get("query")) {
            List<?> two = (List<?>) pair;
            query.add(Map.entry(two.get(0).toString(), two.get(1).toString()));
        }
        String path = vector.get("path").toString();
        String target = query.isEmpty() ? path : path + "?" + Signer.canonicalQuery(query);
        if (!target.equals(vector.get("target"))) {
            return "another target: " + target;
        }
        return signer.signV2(timestamp, vector.get("nonce").toString(),
            vector.get("method").toString(), target, body).get("X-FirstSpawn-Signature");
    }
}
