// Who begins or ceases to read a topic is told on one pub/sub channel, on the line on which readers' acknowledgements come too: an
// acknowledgement that was heard shows that every change was heard which came before what it acknowledges.
import type { PushLine } from "./push-line.js";
import type { ReaderSets } from "./reader-sets.js";

export function hearReaderNews(line: PushLine, channel: string, sets: ReaderSets): void {
  line.open(
    channel,
    (topic) => {
      sets.changed(topic);
    },
    (isHeard) => {
      if (isHeard) sets.hears();
      else sets.isDeaf();
    },
  );
}
