import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { shorten } from '../../../contracts/foreign-text.ts';
import { table } from '../../../platform/table.ts';
import type { Act } from '../act.ts';
import { details } from '../details.ts';
import { wholeNumber } from '../option-values.ts';
import { programName } from '../program-name.ts';
import { repeatable } from '../repetition.ts';

interface Submitted {
  readonly rating: number;
  readonly text: string;
  readonly customer: string;
  readonly id?: string;
}

/** Characters of a review that a row of the list has room for. */
const longestExcerpt = 80;

/** `reviews` and `submit-review`; `review` decides about a payment. */
export function addReviewCommands(program: Command, act: Act): void {
  repeatable(program.command('reviews'))
    .description('the reviews of a product, newest first, and the average of all')
    .argument('<sku>')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000), 20)
    .action(
      act(async (session, sku: string, { limit }: { readonly limit: number }) => {
        const document = await (await session.door()).goods.listReviews({ sku, limit });
        const { product, reviews, reviewCount, averageRating } = document;
        const facts = details([
          ['Product', product.sku],
          ['Name', product.name],
          ['Reviews', reviewCount],
          ['Average', averageRating?.toFixed(2)],
        ]);
        const rows = table(
          ['submitted', 'review', 'customer', 'rating', 'text'],
          reviews.map(({ submittedAt, reviewId, customerId, rating, text }) => [
            submittedAt,
            reviewId,
            customerId,
            rating,
            shorten(text, longestExcerpt),
          ]),
        );
        return { document, text: reviews.length > 0 ? `${facts}\n\n${rows}` : facts };
      }),
    );
  program
    .command('submit-review')
    .description('review a product, once for each customer; the same id with the same content again is the same review')
    .argument('<sku>')
    .requiredOption('--rating <stars>', '1 is bad, 5 is excellent', wholeNumber(1, 5))
    .requiredOption('--text <text>', 'what the customer thinks of it')
    .requiredOption('--customer <id>', 'who reviews it')
    .option('--id <id>', 'the id of the review (default: a new one)')
    .action(
      act(async (session, sku: string, { rating, text, customer, id = randomUUID() }: Submitted) => {
        const request = { reviewId: id, sku, customerId: customer, rating, text };
        const document = await (await session.door()).goods.submitReview(request);
        const lines = details([
          ['Review', document.reviewId],
          ['Product', document.sku],
          ['Customer', document.customerId],
          ['Rating', document.rating],
          ['Submitted', document.submittedAt],
          ['All reviews', `${programName} reviews ${sku}`],
        ]);
        return { document, text: lines };
      }),
    );
}
