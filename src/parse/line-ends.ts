/** A part of a file whose every line ends in CRLF has these line ends, too; templates know LF alone. */
export function withLineEnds(part: string, contents: string): string {
  return contents.includes('\r\n') && !/(?<!\r)\n/.test(contents)
    ? part.replaceAll('\n', '\r\n')
    : part;
}
