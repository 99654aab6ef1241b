package dev.seawall.verification;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** One POM as it is written, nothing inherited or resolved. */
final class Pom {

    private final Path file;
    private final Element project;

    private Pom(Path file, Element project) {
        this.file = file;
        this.project = project;
    }

    static Pom read(Path file) {
        try {
            return new Pom(
                    file,
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(file.toFile())
                            .getDocumentElement());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SAXException | ParserConfigurationException e) {
            throw new IllegalStateException(file + " cannot be read as XML", e);
        }
    }

    Path folder() {
        return file.getParent();
    }

    String artifactId() {
        return text("artifactId").orElseThrow();
    }

    String packaging() {
        return text("packaging").orElse("jar");
    }

    List<String> modules() {
        return at("modules", "module").map(Element::getTextContent).toList();
    }

    List<Dependency> dependencies() {
        return at("dependencies", "dependency").map(Dependency::of).toList();
    }

    List<Dependency> managedDependencies() {
        return at("dependencyManagement", "dependencies", "dependency")
                .map(Dependency::of)
                .toList();
    }

    Optional<String> text(String... path) {
        return at(path).findFirst().map(Element::getTextContent);
    }

    private Stream<Element> at(String... path) {
        var found = Stream.of(project);
        for (var name : path) {
            found = found.flatMap(parent -> children(parent, name));
        }
        return found;
    }

    private static Stream<Element> children(Element parent, String name) {
        NodeList nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .<Node>mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast)
                .filter(child -> child.getTagName().equals(name));
    }

    /** What a dependency says; a scope that is not written is {@code compile}. */
    record Dependency(String groupId, String artifactId, String scope) {

        private static Dependency of(Element element) {
            return new Dependency(
                    textOf(element, "groupId").orElseThrow(),
                    textOf(element, "artifactId").orElseThrow(),
                    textOf(element, "scope").orElse("compile"));
        }

        private static Optional<String> textOf(Element parent, String name) {
            return children(parent, name).findFirst().map(Element::getTextContent);
        }

        boolean isOurs() {
            return groupId.equals("dev.seawall");
        }

        String coordinates() {
            return groupId + ":" + artifactId;
        }
    }
}
