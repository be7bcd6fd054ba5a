"""Prints what compare measured: a table of ratios and, last, one JSON line per case.

  ratio_table.py RESULTS.jsonl

Each line of the file is {"compared": CASE:WHAT[:BATCH], "side": ours | fused | compiled | plain, "result": {...}}, the
result as the benchmark of that side printed it. A ratio above 1 says that we are faster, or take less memory.
"""
import json
import statistics
import sys

MODES = ('fused', 'compiled', 'plain')


def read(path):
    """{case: {side: [result, ...]}} in the order of the file."""
    cases = {}
    with open(path, encoding='utf-8') as lines:
        for line in map(json.loads, lines):
            cases.setdefault(line['compared'], {}).setdefault(line['side'], []).append(line['result'])
    return cases


def median_ms(results):
    return statistics.median(r['median_ms'] for r in results)


def peak_mb(results):
    """The largest; None where a system does not tell."""
    peaks = [r['peak_rss_mb'] for r in results]
    return None if None in peaks else max(peaks)


def ratio(theirs, ours):
    return None if theirs is None or ours is None else round(theirs / ours, 3)


def compare(case, sides):
    """The JSON line of a case, or None where no variant of the peer ran."""
    ours, peers = sides['ours'], {mode: sides[mode] for mode in MODES if mode in sides}
    if not peers:
        return None
    best = min(peers, key=lambda mode: median_ms(peers[mode]))
    ms, mb = median_ms(ours), peak_mb(ours)
    first = ours[0]
    line = dict(case=case.split(':')[0], what=case.split(':')[1], ours_ms=round(ms, 2),
                peer_ms=round(median_ms(peers[best]), 2), speed_ratio=ratio(median_ms(peers[best]), ms),
                ours_rss_mb=mb, peer_rss_mb=peak_mb(peers[best]), memory_ratio=ratio(peak_mb(peers[best]), mb),
                firing_rate=first['firing_rate'], peer_mode=best)
    for mode in MODES:
        line['ratio_' + mode] = ratio(median_ms(peers[mode]), ms) if mode in peers else None
        line['memory_ratio_' + mode] = ratio(peak_mb(peers[mode]), mb) if mode in peers else None
    line.update(batch=first['batch'], T=first['T'], threads=first['threads'], kernels=first['kernels'],
                firing_rate_end=first['firing_rate_end'], ours_runs=min(r['runs'] for r in ours),
                peer_runs=min(r['runs'] for r in peers[best]), ours_gflop_s=max(r['gflop_s'] for r in ours),
                torch=peers[best][0]['torch'])
    return line


def row(case, line):
    def number(value, digits):
        return '-' if value is None else f'{value:.{digits}f}'

    def pair(mode):
        return f"{number(line['ratio_' + mode], 2)} / {number(line['memory_ratio_' + mode], 2)}"
    return (case, str(line['batch']), number(line['ours_ms'], 1), number(line['peer_ms'], 1), line['peer_mode'],
            f"{number(line['speed_ratio'], 2)} / {number(line['memory_ratio'], 2)}", *map(pair, MODES),
            f"{number(line['ours_rss_mb'], 0)} / {number(line['peer_rss_mb'], 0)}",
            number(100 * line['firing_rate'], 1) + ' %')


def main():
    cases = read(sys.argv[1])
    lines = {case: compare(case, sides) for case, sides in cases.items()}
    measured = {case: line for case, line in lines.items() if line}
    rows = [('case', 'batch', 'ours ms', 'best peer ms', 'mode', 'best peer / ours', 'fused', 'compiled', 'plain',
             'MB ours / peer', 'firing')]
    rows += [row(case, line) for case, line in measured.items()]
    widths = [max(map(len, column)) for column in zip(*rows)]
    print('ratios: peer / ours, time / resident memory; above 1 we are faster, or smaller')
    for cells in rows:
        print('  '.join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip())
    for line in measured.values():
        print(json.dumps(line))
    missing = [case for case in cases if case not in measured]
    if missing:
        sys.exit(f'error: no variant of the peer ran for {", ".join(missing)}')


if __name__ == '__main__':
    main()
