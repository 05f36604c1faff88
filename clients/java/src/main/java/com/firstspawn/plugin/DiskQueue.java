package com.firstspawn.plugin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reports that wait on the disk until they can be sent, and survive a restart: oldest first,
 * {@code most} at the most, the oldest is dropped beyond it.
 */
public final class DiskQueue {
    private static final Set<Integer> OF_THE_CREDENTIALS = Set.of(401, 403, 426);
    private final Path directory;
    private final int most;

    public DiskQueue(Path directory, int most) throws IOException {
        this.directory = directory;
        this.most = most;
        Files.createDirectories(directory.resolve("refused"));
        for (Path file : files(".partial")) {
            Files.delete(file);
        }
    }

    /** Keep a report; it is on the disk when this returns. */
    public synchronized void put(String path, Map<String, Object> form) throws IOException {
        List<Path> waiting = files(".json");
        long number = 1;
        if (!waiting.isEmpty()) {
            String last = waiting.get(waiting.size() - 1).getFileName().toString();
            number = Long.parseLong(last.substring(0, last.indexOf('.'))) + 1;
        }
        String kept = Json.write(Map.of("path", path, "body", Json.write(form)));
        writeDurably(directory.resolve(String.format("%020d.json", number)), kept);
        for (int old = 0; old < waiting.size() + 1 - most; old++) {
            Files.delete(waiting.get(old));
        }
    }

    /** Send what waits until nothing answers; returns how many reports were taken. */
    public synchronized int flush(PluginClient client) throws IOException, InterruptedException {
        int sent = 0;
        for (Path file : files(".json")) {
            Map<?, ?> kept = (Map<?, ?>) Json.parse(Files.readString(file));
            byte[] body = kept.get("body").toString().getBytes(StandardCharsets.UTF_8);
            try {
                client.deliver("POST", kept.get("path").toString(), List.of(), body, 3);
            } catch (Refused refused) {
                if (OF_THE_CREDENTIALS.contains(refused.status)) {
                    return sent; // not this report's fault
                }
                Files.move(file, directory.resolve("refused").resolve(file.getFileName()));
                continue;
            } catch (IOException unreachable) {
                return sent;
            }
            Files.delete(file);
            sent++;
        }
        return sent;
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }

    /** Write a file wholly or not at all, through to the disk. */
    static void writeDurably(Path target, String text) throws IOException {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.CREATE,
                StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer data = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (data.hasRemaining()) {
                channel.write(data);
            }
            channel.force(true);
        }
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    }
}
