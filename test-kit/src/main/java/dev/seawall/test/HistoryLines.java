package dev.seawall.test;

import dev.seawall.test.HistoryEvent.Added;
import dev.seawall.test.HistoryEvent.Applied;
import dev.seawall.test.HistoryEvent.Commit;
import dev.seawall.test.HistoryEvent.Published;
import java.util.List;

/** Events as lines of text: fields with tabs between them, a letter for the kind of event first. */
final class HistoryLines {

    private static final String TAB = "\t";

    private HistoryLines() {}

    /** A line without its end. */
    static String write(HistoryEvent event) {
        if (event instanceof Added added) {
            return String.join(
                    TAB,
                    "A",
                    escape(added.messageId()),
                    escape(added.key()),
                    Long.toString(added.producerSequence()),
                    added.commit().name());
        }
        if (event instanceof Published published) {
            return String.join(
                    TAB,
                    "P",
                    escape(published.messageId()),
                    escape(published.key()),
                    Long.toString(published.producerSequence()),
                    Long.toString(published.arrival()),
                    Integer.toString(published.partition()),
                    Long.toString(published.epoch()),
                    Long.toString(published.outboxSequence()));
        }
        Applied applied = (Applied) event;
        return String.join(TAB, "E", escape(applied.messageId()), escape(applied.consumer()));
    }

    /** Throws an {@link IllegalArgumentException} if the line is none of ours. */
    static HistoryEvent read(String line) {
        List<String> fields = List.of(line.split(TAB, -1));
        return switch (fields.get(0) + fields.size()) {
            case "A5" ->
                new Added(
                        unescape(fields.get(1)),
                        unescape(fields.get(2)),
                        Long.parseLong(fields.get(3)),
                        Commit.valueOf(fields.get(4)));
            case "P8" ->
                new Published(
                        unescape(fields.get(1)),
                        unescape(fields.get(2)),
                        Long.parseLong(fields.get(3)),
                        Long.parseLong(fields.get(4)),
                        Integer.parseInt(fields.get(5)),
                        Long.parseLong(fields.get(6)),
                        Long.parseLong(fields.get(7)));
            case "E3" -> new Applied(unescape(fields.get(1)), unescape(fields.get(2)));
            default -> throw new IllegalArgumentException("no line of a history: '" + line + "'");
        };
    }

    private static String escape(String text) {
        boolean plain = text.chars().noneMatch(character -> character < ' ' || character == '\\');
        return plain
                ? text
                : text.replace("\\", "\\\\")
                        .replace("\t", "\\t")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r");
    }

    private static String unescape(String text) {
        return text.indexOf('\\') < 0 ? text : text.translateEscapes();
    }
}
