import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";

/** Changes to the kept answers that hold against answers that were on their way meanwhile. */
export interface KeptAnswers {
  /** Changes what is kept; where nothing is, or only an answer on its way, that answer is changed when it comes. */
  change: <Data>(queryKey: QueryKey, change: (data: Data) => Data) => void;
  /** Asks again for what is kept. */
  askAgain: (queryKey: QueryKey) => void;
}

/**
 * An answer that was asked for before something happened, and arrives after, may not know of it: it would undo what
 * the event changed. So a change that meets such a query is made once more on its answer.
 */
export function keepAnswers(client: QueryClient): KeptAnswers {
  const cache = client.getQueryCache();
  const afterAnswer = new Map<string, (() => void)[]>();
  cache.subscribe((event) => {
    if (event.type !== "updated" || (event.action.type !== "success" && event.action.type !== "error"))
      return;
    if (event.action.type === "success" && event.action.manual === true) return;
    const { queryHash } = event.query;
    const again = event.action.type === "success" ? (afterAnswer.get(queryHash) ?? []) : [];
    afterAnswer.delete(queryHash);
    for (const change of again) change();
  });
  const makeAfterAnswer = ({ queryHash }: Query, change: () => void) => {
    afterAnswer.set(queryHash, [...(afterAnswer.get(queryHash) ?? []), change]);
  };
  const underWay = (queryKey: QueryKey): Query | undefined => {
    const query = cache.find({ queryKey, exact: true });
    return query?.state.fetchStatus === "fetching" ? query : undefined;
  };

  return {
    change: <Data>(queryKey: QueryKey, change: (data: Data) => Data) => {
      const make = () =>
        void client.setQueryData<Data>(queryKey, (known) => (known === undefined ? known : change(known)));
      make();
      const query = underWay(queryKey);
      if (query !== undefined) makeAfterAnswer(query, make);
    },
    askAgain: (queryKey) => {
      const query = underWay(queryKey);
      // A first answer is awaited and never asked for anew, and neither is one that nothing on the page shows.
      const goesOn = query !== undefined && (query.state.data === undefined || !query.isActive());
      const ask = () => void client.invalidateQueries({ queryKey });
      if (goesOn) makeAfterAnswer(query, ask);
      else ask();
    },
  };
}
