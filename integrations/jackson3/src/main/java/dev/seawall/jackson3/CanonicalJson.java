package dev.seawall.jackson3;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Brings a JSON text to the one form that all texts with the same meaning have. */
final class CanonicalJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private CanonicalJson() {}

    static byte[] of(byte[] json) {
        try {
            JsonNode tree = Mappers.TREES.readTree(json);
            if (!tree.isMissingNode()) {
                return Mappers.TREES.writeValueAsBytes(canonical(tree));
            }
        } catch (JacksonException | ArithmeticException | NumberFormatException refused) {
            throw notJson(refused);
        }
        throw notJson(null);
    }

    private static IllegalArgumentException notJson(@Nullable Exception cause) {
        return new IllegalArgumentException(
                "these bytes are not one JSON value within the limits, with no member twice", cause);
    }

    private static JsonNode canonical(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return sorted(object);
        }
        if (node instanceof ArrayNode array) {
            ArrayNode items = NODES.arrayNode(array.size());
            array.forEach(item -> items.add(canonical(item)));
            return items;
        }
        return node.isNumber() ? number(node.decimalValue()) : node;
    }

    private static JsonNode sorted(ObjectNode object) {
        Map<String, JsonNode> members = new TreeMap<>();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            members.put(member.getKey(), canonical(member.getValue()));
        }
        ObjectNode sorted = NODES.objectNode();
        sorted.setAll(members);
        return sorted;
    }

    /** The same digits and exponent for the same value, never more digits than were written. */
    private static JsonNode number(BigDecimal value) {
        return DecimalNode.valueOf(value.stripTrailingZeros());
    }
}
