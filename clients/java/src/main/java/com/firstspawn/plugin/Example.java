package com.firstspawn.plugin;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** {@code Example URL KEY SECRET [DIRECTORY]}: verifies and reports a server with one player. */
public final class Example {
    private static final String UUID = "069a79f4-44e9-4726-a5be-fca90e38aaf5";
    private static final String NAME = "Notch";

    private Example() {}

    public static void main(String[] arguments) throws Exception {
        Path state = arguments.length > 3
            ? Path.of(arguments[3]) : Files.createTempDirectory("firstspawn");
        PluginClient client = new PluginClient(arguments[0], arguments[1], arguments[2]);
        show("verify", client.verify("1.0.0", "1.20.4"));
        show("heartbeat", client.heartbeat(List.of(UUID), 100, 20.0));
        DiskQueue queue = new DiskQueue(state.resolve("queue"), 10_000);
        Instant now = Instant.now();
        Map<String, Object> interval = Map.of(
            "uuid", UUID, "name", NAME, "from", now.minusSeconds(60).toString(),
            "to", now.toString(), "afkSeconds", 0);
        queue.put("/playtime/sync", Map.of("players", List.of(interval)));
        show("sent", queue.flush(client));
        Handover handover = new Handover(client, state.resolve("journal"),
            command -> show("run", command));
        show("handover", handover.serve(UUID, NAME));
    }

    private static void show(String what, Object value) {
        System.out.println(what + " " + Json.write(value));
    }
}
