/**
 * Carries a caller's context into the threads on which {@code dev.seawall} resumes its calls, by means of Micrometer's context
 * propagation: {@link dev.seawall.contextpropagation.ContextPropagation}.
 */
@NullMarked
package dev.seawall.contextpropagation;

import org.jspecify.annotations.NullMarked;
