package dev.seawall.benchmarks.killrun;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** What one process tells, line by line in a file that survives its kill. Safe for any number of threads. */
final class KeyLog {

    private static final String SUFFIX = ".keys";

    private final FileChannel channel;

    private KeyLog(FileChannel channel) {
        this.channel = channel;
    }

    static KeyLog in(Path folder) throws IOException {
        Path file = folder.resolve(UUID.randomUUID() + SUFFIX);
        return new KeyLog(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND));
    }

    /** One call of the system for each line: a kill falls before or after it. */
    void write(KeyEvent event) {
        ByteBuffer line = ByteBuffer.wrap((event.line() + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            int written = channel.write(line);
            if (line.hasRemaining()) {
                throw new IOException("only " + written + " bytes were written");
            }
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    /** What all processes told, in no order. */
    static List<KeyEvent> read(Path folder) throws IOException {
        List<KeyEvent> events = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(SUFFIX)).toList()) {
                Files.readAllLines(file).forEach(line -> events.add(KeyEvent.parse(line)));
            }
        }
        return events;
    }
}
