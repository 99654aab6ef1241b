package dev.seawall.payload;

import dev.seawall.Require;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An object in the form in which it is stored and sent: the registered name and version of its type, and its bytes. Its text
 * tells the size and never the content.
 */
public final class EncodedPayload {

    private static final int LONGEST_CONTENT_TYPE = 200;

    private final String type;
    private final int version;
    private final String contentType;
    private final byte[] bytes;

    private EncodedPayload(String type, int version, String contentType, byte[] bytes) {
        this.type = TypeName.checked(type);
        this.version = Require.atLeast("version", version, 1);
        this.contentType = checkedContentType(contentType);
        this.bytes = Objects.requireNonNull(bytes, "bytes");
    }

    /**
     * A payload that was encoded elsewhere.
     *
     * @param type registered name: 1 to 100 letters, digits, dots, underscores and hyphens, with a letter or digit first
     * @param version at least 1
     * @param contentType media type, 1 to 200 visible ASCII characters and spaces
     * @param bytes the content, not copied: it must not be changed any more
     * @return a payload
     */
    public static EncodedPayload of(String type, int version, String contentType, byte[] bytes) {
        return new EncodedPayload(type, version, contentType, bytes);
    }

    private static String checkedContentType(String contentType) {
        Require.between("length of contentType", contentType.length(), 1, LONGEST_CONTENT_TYPE);
        Require.check(
                contentType.chars().allMatch(c -> c >= ' ' && c <= '~'),
                "contentType must consist of visible ASCII characters, had others");
        return contentType;
    }

    /**
     * The registered name of the type.
     *
     * @return such as {@code order-created}
     */
    public String type() {
        return type;
    }

    /**
     * The version of the type's form.
     *
     * @return at least 1
     */
    public int version() {
        return version;
    }

    /**
     * What the bytes are.
     *
     * @return a media type
     */
    public String contentType() {
        return contentType;
    }

    /**
     * The content.
     *
     * @return not a copy: it must not be changed
     */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * The size of the content.
     *
     * @return bytes
     */
    public int size() {
        return bytes.length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EncodedPayload that
                && type.equals(that.type)
                && version == that.version
                && contentType.equals(that.contentType)
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return type + " v" + version + ", " + bytes.length + " bytes of " + contentType;
    }
}
