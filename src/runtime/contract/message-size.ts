/** How large a message is, roughly: the guard of every serving end against a flood. */

/**
 * Bytes of a structured value, counted as two per string unit and eight per other leaf. Stops
 * counting soon after `stopAtBytes`, so that a hostile message costs no more than the limit.
 */
export function approximateSizeBytes(value: unknown, stopAtBytes: number): number {
  let sizeBytes = 0;
  const stack: unknown[] = [value];
  // The structured clone keeps cycles and shared objects: count each once.
  const seen = new Set<object>();
  while (stack.length > 0 && sizeBytes <= stopAtBytes) {
    const item = stack.pop();
    if (typeof item === 'object' && item !== null) {
      if (seen.has(item)) continue;
      seen.add(item);
    }
    if (typeof item === 'string') sizeBytes += 2 * item.length;
    else if (item instanceof ArrayBuffer || ArrayBuffer.isView(item)) sizeBytes += item.byteLength;
    else if (Array.isArray(item)) {
      sizeBytes += 8 * item.length;
      for (const element of item) stack.push(element);
    } else if (typeof item === 'object' && item !== null) {
      for (const [key, element] of Object.entries(item)) {
        sizeBytes += 2 * key.length;
        stack.push(element);
      }
    } else sizeBytes += 8;
  }
  return sizeBytes;
}
