/**
 * Messages of the outbox as webhooks, signed after the <a href="https://www.standardwebhooks.com">Standard Webhooks</a>
 * specification.
 *
 * <p>A {@link dev.seawall.outbox.webhook.WebhookPublisher} posts messages to the
 * {@linkplain dev.seawall.outbox.webhook.WebhookEndpoint endpoints} of others; who receives them checks the
 * {@link dev.seawall.outbox.webhook.WebhookSignature}.
 */
@NullMarked
package dev.seawall.outbox.webhook;

import org.jspecify.annotations.NullMarked;
