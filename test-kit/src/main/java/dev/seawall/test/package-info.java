/**
 * Helps to test code that uses Seawall. Works with any test framework: what does not hold is an {@link AssertionError}.
 *
 * <ul>
 *   <li>{@link dev.seawall.test.Faults} is a policy that makes calls slow, failing or wrong, by a script or by chance.
 *   <li>{@link dev.seawall.test.PipelineAssert} checks which policies a pipeline has, and in which order.
 *   <li>A {@link dev.seawall.test.Property} runs a test many times with random numbers, and a failure says how to run the
 *       very same case again.
 *   <li>A {@link dev.seawall.test.FaultProxy} breaks the network between a client and a server.
 *   <li>A {@link dev.seawall.test.ChildJvm} is a process to be killed and stopped, by hand or by a
 *       {@link dev.seawall.test.Killer}.
 *   <li>A {@link dev.seawall.test.HistoryCheck} judges after such a run whether an outbox kept its promises.
 * </ul>
 *
 * <p>Virtual time is part of the core, because every policy runs on it: build the pipeline with a
 * {@link dev.seawall.VirtualRuntime}, and a test of delays, timeouts and retries takes no time at all:
 *
 * {@snippet file="dev/seawall/test/ExamplesTest.java" region="tour"}
 */
package dev.seawall.test;
