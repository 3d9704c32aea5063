/** Flink's JSON format reads `yyyy-MM-dd HH:mm:ss.SSS`. */
export function sqlTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}
