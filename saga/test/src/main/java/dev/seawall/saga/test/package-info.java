/**
 * Helps to test sagas: {@link dev.seawall.saga.test.SagaTester} runs a definition again and again, has the node crash or stand still
 * at another point each time, and judges by what the {@link dev.seawall.saga.test.Participants} have seen.
 */
@NullMarked
package dev.seawall.saga.test;

import org.jspecify.annotations.NullMarked;
