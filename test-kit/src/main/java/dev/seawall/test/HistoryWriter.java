package dev.seawall.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes down what happens to messages, in a process that may be killed at any moment, for a {@link HistoryCheck} to judge later.
 *
 * {@snippet file="dev/seawall/test/ProcessExamplesTest.java" region="history"}
 *
 * <p>Each writer has a file of its own. An event is in the hands of the operating system when {@link #write} returns: it survives the
 * death of the process, not that of the machine. A process that is killed within {@code write} leaves half a line at the end, which
 * is ignored when it is read.
 *
 * <p><b>Threads:</b> safe for any number of threads; one event is written after the other.
 */
public final class HistoryWriter implements AutoCloseable {

    static final String SUFFIX = ".history";

    private final Path file;
    private final FileChannel channel;
    private final ReentrantLock lock = new ReentrantLock();

    private HistoryWriter(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Begins a new file.
     *
     * @param folder where; made if it does not exist. The history of one run has it for itself
     * @return a writer
     * @throws UncheckedIOException if the file cannot be made
     */
    public static HistoryWriter in(Path folder) {
        try {
            Files.createDirectories(folder);
            for (int number = 1; ; number++) {
                Path file = folder.resolve(ProcessHandle.current().pid() + "-" + number + SUFFIX);
                try {
                    return new HistoryWriter(
                            file, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
                } catch (FileAlreadyExistsException taken) {
                    // by another writer, or by an earlier process with this number
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write a history in " + folder, failed);
        }
    }

    /**
     * Writes an event down.
     *
     * @param event what happened
     * @throws UncheckedIOException if that fails
     */
    public void write(HistoryEvent event) {
        ByteBuffer line = ByteBuffer.wrap((HistoryLines.write(event) + "\n").getBytes(StandardCharsets.UTF_8));
        lock.lock();
        try {
            while (line.hasRemaining()) {
                channel.write(line);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write to " + file, failed);
        } finally {
            lock.unlock();
        }
    }

    /** Closes the file. Does nothing if closed. */
    @Override
    public void close() {
        FaultProxy.closeQuietly(channel);
    }

    @Override
    public String toString() {
        return "history in " + file;
    }
}
