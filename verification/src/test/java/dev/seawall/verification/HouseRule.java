package dev.seawall.verification;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.seawall.verification.fixture.AsksTheWallClock;
import dev.seawall.verification.fixture.DefaultButPublic;
import dev.seawall.verification.fixture.OpenToSubclasses;
import dev.seawall.verification.fixture.Prints;
import dev.seawall.verification.fixture.ReadsTheTicker;
import dev.seawall.verification.fixture.Reflects;
import dev.seawall.verification.fixture.Sleeps;
import dev.seawall.verification.fixture.UsesALibrary;
import dev.seawall.verification.fixture.one.InACycle;
import dev.seawall.verification.fixture.two.BackAgain;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The architecture as rules. None can be written down without classes that break it, which prove that it can fail. */
enum HouseRule {
    POLICIES_DO_NOT_SEE_EACH_OTHER(
            Scope.CORE_JARS,
            classes().should(new SeeOnlyTheCore()),
            "what two policies need belongs to the core, and an adapter lives in a jar of its own",
            InACycle.class,
            UsesALibrary.class),

    NOBODY_ASKS_THE_WALL_CLOCK(
            Scope.SERVICE_JARS,
            noClasses()
                    .that()
                    .doNotHaveFullyQualifiedName("dev.seawall.SystemWallClock")
                    .should()
                    .accessTargetWhere(target("is a wall clock", HouseRule::isWallClock)),
            "it jumps; no decision may hang on it",
            AsksTheWallClock.Millis.class,
            AsksTheWallClock.ByReference.class,
            AsksTheWallClock.Now.class,
            AsksTheWallClock.SystemClock.class,
            AsksTheWallClock.SystemSource.class,
            AsksTheWallClock.NewDate.class),

    ONLY_THE_SYSTEM_TICKER_READS_NANO_TIME(
            Scope.SERVICE_JARS,
            noClasses()
                    .that()
                    .doNotHaveFullyQualifiedName("dev.seawall.SystemTicker")
                    .should()
                    .accessTargetWhere(
                            target("is System.nanoTime", target -> is(target, "java.lang.System", "nanoTime"))),
            "a policy that reads the clock past its runtime cannot be tested in virtual time",
            ReadsTheTicker.class),

    NOBODY_SLEEPS(
            Scope.SERVICE_JARS,
            noClasses().should().accessTargetWhere(target("is a sleep", HouseRule::isSleep)),
            "waiting is the runtime's work, which can be virtual and can be closed",
            Sleeps.OnTheThread.class,
            Sleeps.InUnits.class),

    NOBODY_REFLECTS(
            Scope.SERVICE_JARS,
            noClasses()
                    .should()
                    .accessTargetWhere(target("is reflection", HouseRule::isReflection))
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage("java.lang.reflect.."),
            "a native image then needs no metadata from us",
            Reflects.ByName.class,
            Reflects.OnMembers.class,
            Reflects.WithHandles.class,
            Reflects.IntoOthers.class),

    NOBODY_PRINTS_OR_LOGS_PAST_SLF4J(
            Scope.EVERY_JAR,
            noClasses()
                    .should()
                    .accessTargetWhere(target("prints", HouseRule::prints))
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage("java.util.logging.."),
            "where output goes is the user's choice",
            Prints.ToTheConsole.class,
            Prints.Logs.class,
            Prints.StackTraces.class),

    DEFAULT_IMPLEMENTATIONS_ARE_HIDDEN(
            Scope.EVERY_JAR,
            classes().that().haveSimpleNameStartingWith("Default").should().notBePublic(),
            "users see the interface they implement",
            DefaultButPublic.class),

    PUBLIC_CLASSES_ARE_CLOSED_OR_MADE_FOR_SUBCLASSES(
            Scope.EVERY_JAR,
            classes()
                    .that()
                    .arePublic()
                    .should(be("final, abstract, sealed, an interface, an enum or an exception", HouseRule::isClosed)),
            "a class that was not made for it becomes API when somebody extends it",
            OpenToSubclasses.class),

    PACKAGES_ARE_FREE_OF_CYCLES(
            Scope.EVERY_JAR,
            slices().assignedFrom(new ByPackage()).should().beFreeOfCycles(),
            "dependencies point one way",
            InACycle.class,
            BackAgain.class);

    /** Where a rule holds. The test kit may wait, print the time and reflect: it works on real processes and sockets. */
    enum Scope {
        EVERY_JAR,
        SERVICE_JARS,
        CORE_JARS;

        List<House.Jar> jars(House house) {
            return switch (this) {
                case EVERY_JAR -> house.publishedJars();
                case SERVICE_JARS -> house.serviceJars();
                case CORE_JARS -> house.coreJars();
            };
        }
    }

    final Scope scope;
    final ArchRule rule;
    final List<Class<?>> breakers;

    HouseRule(Scope scope, ArchRule rule, String reason, Class<?>... breakers) {
        this.scope = scope;
        this.rule = rule.as(name().toLowerCase(Locale.ROOT).replace('_', ' ')).because(reason);
        this.breakers = List.of(breakers);
    }

    private static boolean isWallClock(AccessTarget target) {
        var owner = target.getOwner().getName();
        return is(target, "java.lang.System", "currentTimeMillis")
                || owner.startsWith("java.time.") && target.getName().equals("now")
                || owner.equals("java.time.Clock") && target.getName().matches("system.*|tick[A-Z].*")
                || is(target, "java.time.InstantSource", "system")
                || is(target, "java.util.Calendar", "getInstance")
                || target instanceof CodeUnitAccessTarget unit
                        && is(target, "java.util.Date", "<init>")
                        && unit.getRawParameterTypes().isEmpty();
    }

    private static boolean isSleep(AccessTarget target) {
        return is(target, "java.lang.Thread", "sleep") || is(target, "java.util.concurrent.TimeUnit", "sleep");
    }

    /** Handles for one's own fields are no reflection: the native-image compiler resolves them by itself. */
    private static boolean isReflection(AccessTarget target) {
        var name = target.getName();
        return switch (target.getOwner().getName()) {
            case "java.lang.Class" ->
                name.matches("forName|newInstance|get(Declared)?(Method|Field|Constructor|Classe)s?");
            case "java.lang.ClassLoader" -> name.equals("loadClass");
            case "java.lang.invoke.MethodHandles" -> name.equals("privateLookupIn");
            case "java.lang.invoke.MethodHandles$Lookup" ->
                !Set.of("findVarHandle", "findStaticVarHandle").contains(name);
            default -> false;
        };
    }

    private static boolean prints(AccessTarget target) {
        return is(target, "java.lang.System", "out")
                || is(target, "java.lang.System", "err")
                || target.getName().equals("printStackTrace");
    }

    private static boolean isClosed(JavaClass type) {
        return type.isInterface()
                || type.isEnum()
                || type.isSealed()
                || type.getModifiers().contains(JavaModifier.FINAL)
                || type.getModifiers().contains(JavaModifier.ABSTRACT)
                || type.isAssignableTo(Throwable.class);
    }

    private static boolean is(AccessTarget target, String owner, String name) {
        return target.getOwner().getName().equals(owner) && target.getName().equals(name);
    }

    private static DescribedPredicate<JavaAccess<?>> target(String description, Predicate<AccessTarget> test) {
        return DescribedPredicate.describe(description, access -> test.test(access.getTarget()));
    }

    private static ArchCondition<JavaClass> be(String description, Predicate<JavaClass> test) {
        return ArchCondition.from(DescribedPredicate.describe("be " + description, test));
    }

    /**
     * Works for policies that do not exist yet: a package may know itself, the packages it is part of by its name, the foundations,
     * and what everybody may know. Which module needs which foundation its POM says.
     */
    private static final class SeeOnlyTheCore extends ArchCondition<JavaClass> {

        private static final Pattern OF_THE_JDK = Pattern.compile("javax\\.(sql|crypto|net)(\\..*)?");
        private static final Set<String> FOUNDATIONS = Set.of("dev.seawall", "dev.seawall.payload", "dev.seawall.jdbc");

        SeeOnlyTheCore() {
            super("depend only on their own package, those they build on, SLF4J, JSpecify and the JDK");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            type.getDirectDependenciesFromSelf().stream()
                    .filter(dependency -> !mayBeSeenFrom(
                            type,
                            dependency.getTargetClass().getBaseComponentType().getPackageName()))
                    .forEach(
                            dependency -> events.add(SimpleConditionEvent.violated(type, dependency.getDescription())));
        }

        private static boolean mayBeSeenFrom(JavaClass type, String seen) {
            return seen.equals(type.getPackageName())
                    || FOUNDATIONS.contains(seen)
                    || type.getPackageName().startsWith(seen + ".")
                    || seen.equals("org.slf4j")
                    || seen.equals("org.jspecify.annotations")
                    || seen.startsWith("java.")
                    || OF_THE_JDK.matcher(seen).matches()
                    || seen.isEmpty(); // primitives
        }
    }

    private static final class ByPackage implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
