package com.firstspawn.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Hands over what a player is owed, exactly once: a journal on the disk decides after a crash. */
public final class Handover {
    /** Runs a console command on the server; throws if it failed. */
    @FunctionalInterface
    public interface Console {
        void run(String command) throws Exception;
    }

    private final PluginClient client;
    private final Path directory;
    private final Console console;

    public Handover(PluginClient client, Path directory, Console console) throws IOException {
        this.client = client;
        this.directory = Files.createDirectories(directory);
        this.console = console;
    }

    /** Hand over the oldest thing a player is owed; returns what became of it, null if nothing. */
    public String serve(String uuid, String name)
            throws Refused, IOException, InterruptedException {
        Map<String, Object> lease = client.check(uuid, name);
        if (lease == null) {
            return null;
        }
        Path file = directory.resolve(UUID.nameUUIDFromBytes(PluginClient.bytes(lease.get("id"))) + ".json");
        Map<String, Object> entry = read(file);
        if (entry == null || !entry.get("leaseId").equals(lease.get("leaseId"))) {
            // Nothing of ours: if an attempt was let start all the same, the journal was lost.
            boolean lost = lease.get("attempt") != null;
            entry = new LinkedHashMap<>();
            entry.put("leaseId", lease.get("leaseId"));
            entry.put("attempt", lost ? lease.get("attempt") : UUID.randomUUID().toString());
            note(file, entry, lost ? "running" : "begun");
        }
        return goOn(file, entry, lease, uuid);
    }

    private String goOn(Path file, Map<String, Object> entry, Map<String, Object> lease, String uuid)
            throws Refused, IOException, InterruptedException {
        String attempt = entry.get("attempt").toString();
        String outcome = String.valueOf(entry.get("outcome"));
        if (entry.get("stage").equals("running")) {
            outcome = "UNCERTAIN"; // it may have run, or not: nobody but a person can tell
        } else if (entry.get("stage").equals("begun")) {
            Map<String, Object> started;
            try {
                started = client.execute(lease, uuid, attempt, "STARTED");
            } catch (Refused refused) {
                Files.delete(file);
                throw refused;
            }
            if (!Boolean.TRUE.equals(started.get("proceed"))) {
                Files.delete(file);
                return started.get("status").toString();
            }
            note(file, entry, "running");
            outcome = attempt(lease.get("command").toString());
            entry.put("outcome", outcome);
            note(file, entry, "done");
        }
        Map<String, Object> told = client.execute(lease, uuid, attempt, outcome);
        Files.delete(file);
        return told.get("status").toString();
    }

    private String attempt(String command) {
        try {
            console.run(command);
        } catch (Exception error) {
            return "FAILED";
        }
        return "EXECUTED";
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> read(Path file) throws IOException {
        return Files.exists(file) ? (Map<String, Object>) Json.parse(Files.readString(file)) : null;
    }

    private static void note(Path file, Map<String, Object> entry, String stage)
            throws IOException {
        entry.put("stage", stage);
        DiskQueue.writeDurably(file, Json.write(entry));
    }
}
