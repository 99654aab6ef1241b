/**
 * Helps to test code that uses Seawall. Works with any test framework: what does not hold is an {@link AssertionError}.
 *
 * <ul>
 *   <li>{@link dev.seawall.test.Faults} is a policy that makes calls slow, failing or wrong, by a script or by chance.
 *   <li>{@link dev.seawall.test.PipelineAssert} checks which policies a pipeline has, and in which order.
 *   <li>A {@link dev.seawall.test.Property} runs a test many times with random numbers, and a failure says how to run the
 *       very same case again.
 * </ul>
 *
 * <p>Virtual time is part of the core, because every policy runs on it: build the pipeline with a
 * {@link dev.seawall.VirtualRuntime}, and a test of delays, timeouts and retries takes no time at all:
 *
 * <pre>{@code
 * Faults faults = Faults.named("users").script(delay(ofSeconds(5)), pass());
 * Pipeline users = Pipeline.named("users")
 *         .with(Timeout.of(ofSeconds(3)))
 *         .with(faults)
 *         .runtime(VirtualRuntime.create())
 *         .build();
 *
 * assertThatThrownBy(() -> users.call(() -> "Ada")).isInstanceOf(CallTimedOutException.class);
 * assertThat(users.call(() -> "Ada")).isEqualTo("Ada");
 * }</pre>
 */
package dev.seawall.test;
