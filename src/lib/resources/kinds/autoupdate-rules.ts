import type { Metadata } from '../../gen/teleport/header/v1/header_pb.js';
import { type FieldPath, type FieldProblem, notOneOf } from '../problems.js';
import { WEEKDAYS, weekday } from '../weekdays.js';

/** `major.minor.patch`, with what may follow. */
const VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

const TOOLS_MODES = ['enabled', 'disabled'];
const AGENTS_MODES = ['enabled', 'disabled', 'suspended'];
const SCHEDULES = ['regular', 'immediate'];
const STRATEGIES = ['halt-on-error', 'time-based'];

function oneOf(accepted: readonly string[]): (path: FieldPath, value: string) => FieldProblem[] {
  return (path, value) => (accepted.includes(value) ? [] : [notOneOf(path, value, accepted)]);
}

export const checkToolsMode = oneOf(TOOLS_MODES);
export const checkAgentsMode = oneOf(AGENTS_MODES);
export const checkSchedule = oneOf(SCHEDULES);
export const checkStrategy = oneOf(STRATEGIES);

export function checkVersion(path: FieldPath, value: string): FieldProblem[] {
  return VERSION.test(value) ? [] : [{ path, message: 'expected a version such as 18.1.0' }];
}

/** The one name that the resource may have. */
export function checkName(metadata: Metadata | undefined, name: string): FieldProblem[] {
  return metadata?.name === name ? [] : [notOneOf(['metadata', 'name'], metadata?.name ?? '', [name])];
}

/** A group of agents that are updated together, and when. */
export interface UpdateGroup {
  readonly name: string;
  readonly days: readonly string[];
  readonly startHour: number;
  readonly waitHours: number;
}

/** @param prefix what the names of the fields of days and hours begin with. */
export function checkGroups(
  path: FieldPath,
  groups: readonly UpdateGroup[],
  { strategy, prefix = '' }: { strategy: string; prefix?: string },
): FieldProblem[] {
  const names = groups.map(({ name }) => name);
  return groups.flatMap(({ name, days, startHour, waitHours }, index) => {
    const place = [...path, index];
    const wait = [...place, `${prefix}wait_hours`];
    const problems = checkDays([...place, `${prefix}days`], days);
    if (name === '') problems.push({ path: [...place, 'name'], message: 'this is required' });
    else if (names.indexOf(name) < index)
      problems.push({ path: [...place, 'name'], message: 'the name is used twice' });
    if (startHour < 0 || startHour > 23) {
      problems.push({ path: [...place, `${prefix}start_hour`], message: 'expected an hour from 0 to 23' });
    }
    if (waitHours < 0) problems.push({ path: wait, message: 'this must not be negative' });
    if (waitHours !== 0 && strategy === 'time-based') {
      problems.push({ path: wait, message: 'the strategy time-based does not take this' });
    }
    if (waitHours !== 0 && strategy === 'halt-on-error' && index === 0) {
      problems.push({ path: wait, message: 'the first group waits for none' });
    }
    return problems;
  });
}

/** Days of the week, or `*` alone. */
function checkDays(path: FieldPath, days: readonly string[]): FieldProblem[] {
  if (days.length === 0) return [{ path, message: 'at least one is required' }];
  if (days.length === 1 && days[0] === '*') return [];
  const found = days.map(weekday);
  return found.flatMap((day, index) => {
    if (day === undefined) return [notOneOf([...path, index], days[index] ?? '', WEEKDAYS)];
    return found.indexOf(day) < index ? [{ path: [...path, index], message: 'the day is named twice' }] : [];
  });
}
