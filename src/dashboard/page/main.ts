/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { readPalette } from '../../charts/palette.ts';
import { ChangeList } from './changeList.ts';
import { bindChartControls } from './chart/chartControls.ts';
import { offerDimensions } from './chart/dimensionChoice.ts';
import { bindSaveButtons } from './chart/saveChart.ts';
import { Connection } from './connection.ts';
import { Address, type DeepLink } from './deepLink.ts';
import { find, setText } from './dom.ts';
import { GatesView } from './gatesView.ts';
import { TogetherView } from './history/togetherView.ts';
import { IncidentViews } from './incidents/incidentViews.ts';
import { MarkList } from './incidents/markList.ts';
import { MissedForm } from './incidents/missedForm.ts';
import { MuteList } from './incidents/muteList.ts';
import { muteStream } from './incidents/muteStream.ts';
import { keepInView } from './keepInView.ts';
import { LaneView } from './lanes/laneView.ts';
import { LiveChart } from './liveChart.ts';
import { LiveColumns } from './liveColumns.ts';
import { notify } from './notice.ts';
import { Overview } from './overview.ts';
import { PastWindow } from './pastWindow.ts';
import { sendAction, sendFeedback } from './post.ts';
import { showChange, showWanted } from './showWanted.ts';
import { showBar, showPill } from './statusBar.ts';
import { UNNAMED } from './streamName.ts';
import type { WireHello, WireIncident, WireStream, WireUpdate } from './wire.ts';
import { ZoneSwitch } from './zoneSwitch.ts';

const OVERVIEW_EVERY = 250; // ms: the list is updated less often than the chart

document.documentElement.dataset.locale = navigator.language;
let palette = readPalette();
let hello: WireHello | undefined;
let watched: number | undefined;
let columns: LiveColumns | undefined;
let chart: LiveChart | undefined;
let jumpTo: WireIncident | undefined;
let showAt: DeepLink['window'];
let linked: DeepLink | undefined; // the link that opened what is to be shown
const past = new PastWindow();
let selected: number | undefined; // when the selected incident began
let [chartIsNew, overviewIsNew] = [false, false];
const streams = new Map<number, WireStream>();
let newest = Number.NEGATIVE_INFINITY; // event time, milliseconds

const overview = new Overview((id) => watch(id));
const gates = new GatesView();
const address = new Address((link) => open(link));
const incidents = new IncidentViews({
  stream: (id) => streams.get(id),
  prefix: () => overview.prefix,
  newest: () => newest,
  jump: (incident) => jump(incident),
  feedback: sendFeedback,
  act: sendAction,
  mute: ({ stream }, length) => muteStream(streams.get(stream)?.name ?? null, length),
  onTogether: (ids, stretch) => together.show(ids, stretch),
  stretches: (from, to) => lanes.stretches(from, to),
});
const markList = new MarkList(({ id }) => void sendFeedback({ kind: 'clear', mark: id }));
const muteList = new MuteList();
const changeList = new ChangeList((change) => {
  if (chart === undefined || columns === undefined) return;
  showChange(chart, columns, change, (stretch) => together.show([watched!], stretch, change.dimension));
});
const lanes = new LaneView({
  nameOf: (id) => streams.get(id)?.name ?? UNNAMED,
  prefix: () => overview.prefix,
  palette: () => palette,
  onOpen: (id, from, to) => {
    watch(id);
    select(undefined);
    showAt = [from, to];
    chartIsNew = true;
  },
  onTogether: (ids, from, to) => together.show(ids, [from, to]),
});
const together = new TogetherView({
  stream: (id) => streams.get(id),
  incidents: (id) => incidents.of(id),
  palette: () => palette,
});
bindSaveButtons(
  () => chart && { chart, stream: watched!, title: streams.get(watched!)?.name ?? UNNAMED },
  (colors) => {
    palette = colors;
  },
);
find('.together-add').addEventListener('click', () => watched !== undefined && together.add(watched));
const missedForm = new MissedForm(
  () => chart,
  (first, last) => void sendFeedback({ kind: 'missed', stream: watched!, first, last }),
);
const connection = new Connection(take, (connected) => {
  document.documentElement.classList.toggle('lost', !connected);
  if (!connected) setText(find('.connection .text'), 'connection lost, trying again');
});
connection.watch(undefined);
new ZoneSwitch(() => {
  chart?.redraw();
  chartIsNew = true;
  lanes.recolor();
  incidents.draw();
  markList.draw();
  changeList.draw();
  muteList.draw();
});

function take(update: WireUpdate): void {
  if (update.hello !== undefined) begin(update.hello);
  for (const stream of update.streams ?? []) {
    streams.set(stream.id, stream);
    newest = Math.max(newest, stream.time ?? newest);
  }
  if (update.streams !== undefined) {
    overview.take(update.streams);
    lanes.select(watched); // names may be new
    overviewIsNew = true;
  }
  if (update.incidents !== undefined) {
    incidents.take(update.incidents);
    chartIsNew = true;
  }
  if (update.marks !== undefined) {
    markList.take(update.marks);
    chartIsNew = true;
  }
  if (update.mutes !== undefined) muteList.take(update.mutes);
  if (update.points !== undefined && update.points.stream === watched) {
    columns?.add(update.points);
    chartIsNew = true;
  }
  if (update.ahead !== undefined && update.ahead.stream === watched) {
    columns?.addAhead(update.ahead);
    find('.of-ahead').hidden = false;
    chartIsNew = true;
  }
  if (update.changes !== undefined && update.changes.stream === watched) {
    changeList.take(update.changes);
    chartIsNew = true;
  }
  if (update.gates !== undefined && update.gates.stream === watched) gates.show(update.gates, palette);
  if (watched === undefined && streams.size > 0 && !open(address.link)) watch(overview.order[0]!.id);
  showStatus(update);
}

/** A new server, or one that no longer knows our cursor: discard the old state. */
function begin(received: WireHello): void {
  hello = received;
  streams.clear();
  markList.clear();
  muteList.take([]);
  watched = undefined;
  overview.clear();
  incidents.begin(received);
  lanes.begin(received.threshold);
  together.close();
}

/** @returns whether its stream is shown */
function open(link: DeepLink | undefined): boolean {
  const stream = [...streams.values()].find(({ name }) => link !== undefined && name === link.stream);
  if (link === undefined || stream === undefined) {
    if (link?.stream != null) notify(`There is no stream ${link.stream} here now.`);
    return false;
  }
  watch(stream.id);
  const incident = incidents
    .of(stream.id)
    .find(({ start }) => start !== null && Math.round(start) === link.incident);
  if (link.incident !== undefined && incident === undefined)
    notify('The incident of this link is not kept any more.');
  select(incident);
  past.link = undefined;
  if (incident !== undefined) incidents.reveal(incident.id);
  if (link.window === undefined) jumpTo = incident;
  showAt = link.window;
  linked = link.window === undefined && incident === undefined ? undefined : link;
  chartIsNew = true;
  return true;
}

/** Shows an incident in the chart. */
function jump(incident: WireIncident): void {
  if (incident.stream !== watched) watch(incident.stream);
  else chartIsNew = true;
  jumpTo = incident;
  select(incident);
  find('#stream').scrollIntoView({ block: 'nearest' });
}

/** The incident that the address names, and the list marks. */
function select(incident: WireIncident | undefined): void {
  selected = incident?.start ?? undefined;
  incidents.mark(incident?.id);
}

function watch(id: number): void {
  const stream = streams.get(id);
  if (hello === undefined || stream === undefined || id === watched) return;
  watched = id;
  showAt = undefined;
  jumpTo = undefined;
  past.link = undefined;
  select(undefined);
  missedForm.close();
  chart?.dispose();
  chart = undefined;
  gates.hide();
  find('.of-ahead').hidden = true;
  columns = new LiveColumns(stream.dimensions, hello.history);
  setText(find('#stream-title'), stream.name ?? UNNAMED);
  offerDimensions(stream.dimensions);
  showFollowing(true);
  overview.select(id);
  incidents.select(id);
  markList.select(id);
  changeList.select(stream);
  lanes.select(id);
  connection.watch(id);
}

function drawChart(): void {
  chartIsNew = false;
  if (columns === undefined || columns.records === 0 || hello === undefined) return;
  const id = watched;
  chart ??= new LiveChart(
    {
      columns,
      incidents: () => incidents.of(id!),
      marks: () => markList.of(id!),
      changes: () => changeList.all,
      threshold: hello.threshold,
    },
    () => palette,
    showFollowing,
  );
  chart.draw();
  if ((showAt ?? jumpTo) === undefined || (jumpTo?.stream ?? id) !== id) return;
  const incident = jumpTo ?? incidents.of(id!).find(({ start }) => start !== null && start === selected);
  const gone = showWanted(chart, columns, { window: showAt, incident }, (window, dimension) =>
    together.show([id!], window, dimension),
  );
  past.link = gone && (linked ?? { stream: streams.get(id!)!.name, incident: selected, window: gone });
  if (linked !== undefined) keepInView(find(gone === undefined ? '#stream' : '.together'));
  linked = undefined;
  showAt = undefined;
  jumpTo = undefined;
}

let follows = true;
let isOver = false; // the source has ended: there is nothing to follow
function showFollowing(newest: boolean): void {
  follows = newest;
  const live = find('.live');
  setText(live, isOver ? 'Show the end' : 'Follow live');
  live.setAttribute('aria-pressed', String(follows && !isOver));
}

function showStatus({ status }: WireUpdate): void {
  const { open } = incidents;
  showBar(status, { streams: streams.size, open, title: hello?.title ?? '' });
  if (isOver !== (status.source !== 'running')) {
    isOver = !isOver;
    overview.end(isOver);
    overviewIsNew = true;
    showFollowing(follows);
  }
  const stream = watched === undefined ? undefined : streams.get(watched);
  find('.toolbar .missed').hidden = hello?.feedback !== true;
  if (stream !== undefined) showPill(stream, isOver);
}

let drawnOverview = 0;
function frame(now: number): void {
  if (chartIsNew) drawChart();
  if (overviewIsNew && now - drawnOverview > OVERVIEW_EVERY) {
    overviewIsNew = false;
    drawnOverview = now;
    overview.draw(palette);
  }
  lanes.draw(now);
  const stream = watched === undefined ? undefined : streams.get(watched);
  if (chart?.window !== undefined && past.link !== undefined) past.link = undefined; // it was moved
  const shown = showAt ?? chart?.window;
  if (stream !== undefined)
    address.show(past.link ?? { stream: stream.name, incident: selected, window: shown }, now);
  requestAnimationFrame(frame);
}
requestAnimationFrame(frame);

bindChartControls(() => chart, {
  undoMark: () => markList.undoNewest(),
  toggleLive: () => {
    const newest = isOver || !follows;
    chart?.follow(newest);
    showFollowing(newest);
  },
});
new ResizeObserver(([entry]) => chart?.resize(entry!.target.clientWidth)).observe(find('.chart'));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  palette = readPalette();
  chart?.redraw();
  overview.redraw();
  lanes.recolor();
  together.redraw();
  overviewIsNew = true;
});
