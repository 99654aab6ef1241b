/**
 * Calls, policies and the pipelines that join them.
 *
 * <p>A {@link dev.seawall.Policy} wraps a call. A {@link dev.seawall.Pipeline} is a fixed order of policies and the only
 * thing that runs calls: {@link dev.seawall.Pipeline#call call}, {@link dev.seawall.Pipeline#callAsync callAsync},
 * {@link dev.seawall.Pipeline#tryCall tryCall}, {@link dev.seawall.Pipeline#callOr callOr}. How a call ended is judged by
 * a {@link dev.seawall.Classifier}; time, threads and randomness come from one {@link dev.seawall.ResilienceRuntime},
 * which tests replace with a {@link dev.seawall.VirtualRuntime}.
 *
 * <p>Those who write a policy of their own start at {@link dev.seawall.Layer}.
 */
package dev.seawall;
