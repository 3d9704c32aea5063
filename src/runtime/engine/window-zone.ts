/**
 * The wall clock of windows over TIMESTAMP_LTZ: they are cut at local times of the session zone
 * (flink-semantics #15). Flink: `TimeWindowUtil`.
 */

import { HOUR_MS } from '../data/civil.ts';
import { timeZone } from '../data/time-zone.ts';
import { NO_ZONE, type WindowZone } from './time-windows.ts';

/** The clock for a time column: `local` for TIMESTAMP_LTZ in the zone `id`, else none. */
export function windowZone(local: boolean, id: string): WindowZone {
  if (!local || id === 'UTC') return NO_ZONE;
  const zone = timeZone(id);
  return {
    toLocal: (epochMs) => (Number.isFinite(epochMs) ? epochMs + zone.offsetAt(epochMs) : epochMs),
    toEpoch: (localMs) => (Number.isFinite(localMs) ? zone.instantOf(localMs) : localMs),
    timerMs(localMs) {
      if (!Number.isFinite(localMs)) return localMs;
      const instantMs = zone.instantOf(localMs);
      const hourLaterMs = zone.instantOf(localMs + HOUR_MS);
      // Skipped in spring: the window is complete as soon as the clock has jumped over its end.
      if (instantMs === hourLaterMs) return instantMs - (instantMs % HOUR_MS);
      // Repeated in autumn: complete only after the second time.
      return hourLaterMs - instantMs > HOUR_MS ? instantMs + HOUR_MS : instantMs;
    },
  };
}
