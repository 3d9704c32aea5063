/**
 * Between Flink and a function from TypeScript, inside the JavaScript context of a function: turns the wire of
 * `java/Wire.java` into the values that the library documents, and back. Its value is a function of the definition (the
 * default export) and of its declaration, that gives what Java calls. Plain JavaScript, because nothing compiles it.
 */
(definition, declarationText) => {
  const declaration = JSON.parse(declarationText);
  const { Decimal, Timestamp } = definition.library;

  // ------------------------------------------------------------------------------------------ values

  const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

  const bytesOf = (text) => {
    const clean = text.replace(/=+$/, '');
    const bytes = new Uint8Array(Math.floor((clean.length * 3) / 4));
    let bits = 0;
    let held = 0;
    let at = 0;
    for (const letter of clean) {
      held = (held << 6) | BASE64.indexOf(letter);
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        bytes[at++] = (held >> bits) & 0xff;
      }
    }
    return bytes;
  };

  const textOf = (bytes) => {
    let text = '';
    for (let i = 0; i < bytes.length; i += 3) {
      const held = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
      text += BASE64[(held >> 18) & 63] + BASE64[(held >> 12) & 63];
      text +=
        (i + 1 < bytes.length ? BASE64[(held >> 6) & 63] : '=') + (i + 2 < bytes.length ? BASE64[held & 63] : '=');
    }
    return text;
  };

  /** From the wire to a value of the library. */
  const decoder = (type) => {
    const read = decoderOfValue(type);
    return (wire) => (wire === null ? null : read(wire));
  };
  const decoderOfValue = (type) => {
    switch (type.kind) {
      case 'BIGINT':
        return (wire) => BigInt(wire);
      case 'DECIMAL':
        return (wire) => Decimal.of(wire);
      case 'FLOAT':
      case 'DOUBLE':
        return Number;
      case 'BINARY':
      case 'VARBINARY':
        return bytesOf;
      case 'TIMESTAMP':
      case 'TIMESTAMP_LTZ':
        return (wire) => {
          const [ms, nanoOfMs] = wire.split(' ');
          return new Timestamp(Number(ms), Number(nanoOfMs));
        };
      case 'ARRAY': {
        const element = decoder(type.element);
        return (wire) => wire.map(element);
      }
      case 'MULTISET': {
        const element = decoder(type.element);
        return (wire) => new Map(wire.map(([key, count]) => [element(key), count]));
      }
      case 'MAP': {
        const key = decoder(type.key);
        const value = decoder(type.value);
        return (wire) => new Map(wire.map(([k, v]) => [key(k), value(v)]));
      }
      case 'ROW':
        return rowDecoder(type.fields);
      default:
        return (wire) => wire;
    }
  };
  const rowDecoder = (fields) => {
    const decoders = fields.map((field) => decoder(field.type));
    return (wire) => Object.fromEntries(fields.map((field, i) => [field.name, decoders[i](wire[i])]));
  };

  /** From a value of the library to the wire. */
  const encoder = (type) => {
    const write = encoderOfValue(type);
    return (value) => (value === null || value === undefined ? null : write(value));
  };
  const encoderOfValue = (type) => {
    switch (type.kind) {
      case 'TINYINT':
      case 'SMALLINT':
      case 'INT':
      case 'BIGINT':
        return String;
      case 'DECIMAL':
        return (value) => Decimal.of(value).toString();
      case 'FLOAT':
      case 'DOUBLE':
        return (value) => (Object.is(value, -0) ? '-0' : Number.isFinite(value) ? value : String(value));
      case 'BINARY':
      case 'VARBINARY':
        return textOf;
      case 'TIMESTAMP':
      case 'TIMESTAMP_LTZ':
        return (value) => `${value.epochMs} ${value.nanoOfMs}`;
      case 'ARRAY': {
        const element = encoder(type.element);
        return (value) => Array.from(value, element);
      }
      case 'MULTISET': {
        const element = encoder(type.element);
        return (value) => Array.from(value, ([key, count]) => [element(key), count]);
      }
      case 'MAP': {
        const key = encoder(type.key);
        const item = encoder(type.value);
        return (value) => Array.from(value, ([k, v]) => [key(k), item(v)]);
      }
      case 'ROW':
        return rowEncoder(type.fields);
      default:
        return (value) => value;
    }
  };
  const rowEncoder = (fields) => {
    const encoders = fields.map((field) => encoder(field.type));
    return (value) => fields.map((field, i) => encoders[i](value[field.name]));
  };

  // ------------------------------------------------------------------------------------------ scalar, table

  const args = rowDecoder(declaration.args);
  if (declaration.form === 'scalar') {
    const result = encoder(declaration.returns);
    return { scalar: (wires) => JSON.stringify(result(definition.eval(args(JSON.parse(wires))))) };
  }
  const result = rowEncoder(declaration.returns);
  if (declaration.form === 'table') {
    return { table: (wires) => JSON.stringify(Array.from(definition.eval(args(JSON.parse(wires))), result)) };
  }

  // ------------------------------------------------------------------------------------------ process

  /** Keys of a map are compared as SQL does; their wire says when two are equal. */
  const mapState = (type, items) => {
    const key = decoder(type.key);
    const value = decoder(type.value);
    const keyWire = encoder(type.key);
    const valueWire = encoder(type.value);
    const entries = new Map((items ?? []).map(([k, v]) => [JSON.stringify(k), [k, v]]));
    const idOf = (k) => JSON.stringify(keyWire(k));
    const list = () => Array.from(entries.values(), ([k, v]) => [key(k), value(v)]);
    const handle = {
      get: (k) => (entries.has(idOf(k)) ? value(entries.get(idOf(k))[1]) : null),
      put: (k, v) => void entries.set(idOf(k), [keyWire(k), valueWire(v)]),
      has: (k) => entries.has(idOf(k)),
      delete: (k) => entries.delete(idOf(k)),
      entries: list,
      keys: () => list().map(([k]) => k),
      values: () => list().map(([, v]) => v),
      get size() {
        return entries.size;
      },
      clear: () => entries.clear(),
      [Symbol.iterator]: () => list()[Symbol.iterator](),
    };
    return { handle, wire: () => (entries.size === 0 ? null : [...entries.values()]) };
  };

  const listState = (type, items) => {
    const value = decoder(type.value);
    const wireOf = encoder(type.value);
    let wires = items ?? [];
    const list = () => wires.map(value);
    const handle = {
      get: list,
      add: (item) => {
        wires = [...wires, wireOf(item)];
      },
      addAll: (more) => {
        wires = [...wires, ...Array.from(more, wireOf)];
      },
      clear: () => {
        wires = [];
      },
      [Symbol.iterator]: () => list()[Symbol.iterator](),
    };
    return { handle, wire: () => (wires.length === 0 ? null : wires) };
  };

  /** A value that is null was set to null: its wire is a list of one, so that it differs from nothing. */
  const valueState = (type, items) => {
    const value = decoder(type.value);
    const wireOf = encoder(type.value);
    let wire = items;
    const handle = {
      get: () => (wire === null ? null : value(wire[0])),
      set: (next) => {
        wire = [wireOf(next)];
      },
      clear: () => {
        wire = null;
      },
    };
    return { handle, wire: () => wire };
  };

  const stateOf = { value: valueState, list: listState, map: mapState };
  /** The last watermark, after the end of all input: the last moment that a Date can say, as in the local run. */
  const END_OF_TIME_MS = 8640000000000000;

  const atMs = (ms) =>
    ms === null || ms < Number.MIN_SAFE_INTEGER ? null : new Timestamp(Math.min(ms, END_OF_TIME_MS));
  const msOf = (time) => (typeof time === 'number' ? time : time.epochMs);

  let columns = null;
  let input = null;

  const run = (hiddenText, statesText, timeMs, watermarkMs, nowMs, act) => {
    const [key, wires] = JSON.parse(hiddenText);
    const texts = JSON.parse(statesText);
    const states = declaration.states.map((type, i) => stateOf[type.kind](type, texts[i]));
    const rows = [];
    const timers = [];
    const clearAllState = () => {
      for (const state of states) state.handle.clear();
    };
    act({
      state: Object.fromEntries(declaration.states.map((type, i) => [type.name, states[i].handle])),
      args: args(wires),
      key: Object.fromEntries(
        key.map(([name, wire]) => [name, columns === null ? wire : columns.find((c) => c.name === name).read(wire)]),
      ),
      time: atMs(timeMs),
      watermark: atMs(watermarkMs),
      now: atMs(nowMs),
      emit: (row) => void rows.push(result(row)),
      registerOnTime: (name, time) => void timers.push(['set', name, msOf(time)]),
      registerProcessingTime: () => {
        throw new Error('Flink has no processing-time timers in process table functions.');
      },
      clearTimer: (name) => void timers.push(['clear', name]),
      clearAllTimers: () => void timers.push(['clear all']),
      clearAllState,
      clearAll: () => {
        clearAllState();
        timers.push(['clear all']);
      },
    });
    const after = states.map((state) => {
      const wire = state.wire();
      return wire === null ? null : JSON.stringify(wire);
    });
    return JSON.stringify({ states: after, rows, timers });
  };

  return {
    /** The columns of the table that this instance is called with, before the first row. */
    input: (schemaText) => {
      const { fields } = JSON.parse(schemaText);
      columns = fields.map((field, index) => ({ name: field.name, index, read: decoder(field.type) }));
      input =
        declaration.input === null
          ? columns
          : declaration.input.map((field) => ({
              name: field.name,
              index: columns.find((column) => column.name === field.name).index,
              read: decoder(field.type),
            }));
      return null;
    },
    onRow: (rowText, hidden, states, timeMs, watermarkMs, nowMs) => {
      const wires = JSON.parse(rowText);
      const row = Object.fromEntries(input.map(({ name, index, read }) => [name, read(wires[index])]));
      return run(hidden, states, timeMs, watermarkMs, nowMs, (cx) => definition.onRow(row, cx));
    },
    onTimer: (name, hidden, states, timeMs, watermarkMs, nowMs) =>
      run(hidden, states, timeMs, watermarkMs, nowMs, (cx) =>
        definition.onTimer?.({ name, time: atMs(timeMs), kind: 'event' }, cx),
      ),
  };
};
