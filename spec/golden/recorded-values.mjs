const mark = 'value: ';

/** The messages of a JSON log that name a value. @param {string} log @returns {string[]} */
export function loggedValues(log) {
  return log.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const { msg } = JSON.parse(line).info;
    return typeof msg === 'string' && msg.startsWith(mark) ? [msg.slice(mark.length)] : [];
  });
}

/**
 * The meta of the model `m` as the text of a manifest has it, without blanks: a parser would round its
 * numbers and move its keys. @param {string} manifest @returns {string}
 */
export function writtenMeta(manifest) {
  const compact = manifest.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (part) => (part[0] === '"' ? part : ''));
  const node = compact.indexOf('"model.shop.m":{');
  const from = compact.indexOf('"meta":{', compact.indexOf('"config":{', node));
  let depth = 0;
  for (let at = from; ; at++) {
    if (compact[at] === '{') depth++;
    else if (compact[at] === '}' && --depth === 0) return compact.slice(from, at + 1);
  }
}
