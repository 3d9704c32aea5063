/**
 * A topic of a real broker becomes a source: a connection is made, the topic is found, the schema that its messages
 * propose is accepted, and a run shows its rows. The broker is started once for all tests here.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { violations } from '../fixtures/axe.ts';
import { expect, test } from '../fixtures/designer.ts';
import { flinkPrerequisites } from '../flink/prerequisites.ts';
import { BROKER_LOGIN, type RealBroker, startRealBroker } from '../kafka/real-broker.ts';
import { DesignerPage } from '../pages/designer-page.ts';

const prerequisites = flinkPrerequisites();
test.skip(!prerequisites.ok, prerequisites.ok ? '' : prerequisites.reason);

let broker: RealBroker;

test.beforeAll(async () => {
  test.setTimeout(600_000);
  broker = await startRealBroker({ isSecure: true });
  await broker.createTopic('shop.orders', 2);
  await broker.createTopic('shop.empty');
  await broker.createTopic('lines');
  const producer = broker.kafka.producer();
  await producer.connect();
  await producer.send({
    topic: 'shop.orders',
    messages: [...Array(40)].map((_, index) => ({
      key: `c${index % 5}`,
      headers: { source: 'web' },
      value: JSON.stringify({
        id: index + 1,
        customer: { name: `customer ${index % 5}`, tags: ['new'] },
        amount: index + 0.5,
        paid: index % 2 === 0,
        ordered_at: `2024-03-01T10:00:${String(index).padStart(2, '0')}Z`,
        ...(index % 4 === 0 ? { note: 'gift' } : {}),
      }),
    })),
  });
  await producer.send({ topic: 'lines', messages: [{ value: '1;a' }, { value: '2;b' }] });
  await producer.disconnect();
});

test.afterAll(async () => broker?.stop());

const EMPTY_JOB = "CREATE TABLE seen (n BIGINT) WITH ('connector' = 'print');\n";

/** Makes a connection for the new table in the dialog that is open. */
async function makeConnection(page: Page, name: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Connections' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Bootstrap servers').fill(broker.server);
  await dialog.getByRole('button', { name: 'Test connection' }).click();
  await expect(dialog.getByRole('status')).toContainText(/Connected in \d+ ms\. 3 topics/);
  await dialog.getByRole('button', { name: 'Save and use for topic_1' }).click();
  await expect(dialog).toHaveCount(0);
}

test('a connection is made, a topic is picked, its proposed schema is accepted, and its rows are seen', async ({
  launch,
  write,
}) => {
  const path = write('job.sql', EMPTY_JOB);
  const { page } = await launch(path);
  const designer = new DesignerPage(page);
  await designer.ready();
  await page.getByRole('button', { name: 'Add source: Kafka' }).click();
  await expect(designer.nameField()).toHaveValue('topic_1');

  await designer.field('Connection').selectOption('New connection…');
  await makeConnection(page, 'shop');
  await expect(designer.field('Connection')).toHaveValue('shop');
  await page.getByRole('button', { name: 'Browse topics…' }).click();

  const dialog = page.getByRole('dialog', { name: 'Topics of shop' });
  const topics = dialog.getByRole('navigation', { name: 'Topics' });
  await expect(topics.getByRole('button', { name: /shop\.orders/ })).toContainText('2 partitions · 40 messages');
  await topics.getByLabel('Filter topics').fill('ORDERS');
  await expect(topics.getByRole('listitem')).toHaveCount(1);
  await topics.getByLabel('Filter topics').press('ArrowDown');
  await page.keyboard.press('Enter');
  const messages = dialog.getByRole('region', { name: 'Newest messages of shop.orders' });
  await expect(messages.getByRole('row')).toHaveCount(41);
  await messages
    .getByRole('button', { name: /^Message at/ })
    .first()
    .click();
  await expect(messages).toContainText('source');
  await expect(messages.locator('pre')).toContainText('"customer": {');

  const schema = dialog.getByRole('region', { name: 'Proposed schema' });
  const types = await schema
    .getByRole('textbox', { name: /^Type of/ })
    .evaluateAll((all) => all.map((field) => (field as HTMLInputElement).value));
  expect(types).toEqual([
    'BIGINT',
    'ROW<`name` STRING, `tags` ARRAY<STRING>>',
    'DOUBLE',
    'BOOLEAN',
    'TIMESTAMP_LTZ(3)',
    'STRING',
  ]);
  await expect(schema.getByLabel('note is NOT NULL')).toBeDisabled();
  await schema.getByLabel('id is NOT NULL', { exact: true }).check();
  await schema.getByLabel('offset').check();
  expect(await violations(page, 'Light', 'topics')).toEqual([]);
  await expect(schema.getByLabel('Event time')).toHaveValue('ordered_at');
  await schema.getByRole('button', { name: 'Accept schema' }).click();
  await expect(dialog).toHaveCount(0);

  await expect(designer.nameField()).toHaveValue('shop_orders');
  await page.getByRole('button', { name: 'Add sink: Print' }).click();
  await designer.run();
  await designer.select('shop_orders');
  await expect.poll(() => designer.rowCount('shop_orders')).toBe(40);
  await expect(page.getByTestId('row-count')).toHaveText('40 rows');
  const seen = (await designer.rows()).map(({ kind, values }) => [kind, values[0], values[2], values[3]]);
  // Which of the two partitions comes first is nobody's to say.
  const sent = seen.map(([, id]) => ['+I', id, String(Number(id) - 0.5), Number(id) % 2 === 1 ? 'TRUE' : 'FALSE']);
  expect(seen.length).toBeGreaterThan(5);
  expect(seen).toEqual(sent);
  await page.getByRole('toolbar', { name: 'Run' }).getByRole('button', { name: 'Stop' }).click();

  await designer.save();
  const script = readFileSync(path, 'utf8');
  expect(script).toContain(`CREATE TABLE shop_orders (
  id BIGINT NOT NULL,
  customer ROW<\`name\` STRING, \`tags\` ARRAY<STRING>>,
  amount DOUBLE,
  paid BOOLEAN,
  ordered_at TIMESTAMP_LTZ(3),
  note STRING,
  \`offset\` BIGINT METADATA VIRTUAL,
  WATERMARK FOR ordered_at AS ordered_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'shop.orders',
  'properties.bootstrap.servers' = '${broker.server}',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);`);
  // One step took it in (and one added the sink), one step takes it back.
  await designer.focusCanvas();
  await page.keyboard.press('ControlOrMeta+Z');
  await expect(designer.node('shop_orders')).toHaveCount(1);
  await page.keyboard.press('ControlOrMeta+Z');
  await expect(designer.node('topic_1')).toHaveCount(1);
});

test('a broker that is not there is missed with its address and what to do', async ({ launch, write }) => {
  const { page } = await launch(write('job.sql', EMPTY_JOB));
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.command('Connections…');
  const dialog = page.getByRole('dialog', { name: 'Connections' });
  await dialog.getByLabel('Name').fill('nowhere');
  await dialog.getByRole('button', { name: 'Test connection' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Write at least one broker');
  await dialog.getByLabel('Bootstrap servers').fill('127.0.0.1:9');
  await dialog.getByRole('button', { name: 'Test connection' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Kafka at 127.0.0.1:9', { timeout: 20_000 });
});

test('a password opens the broker and is kept outside of the project: script, recording and settings hold a reference', async ({
  launch,
  write,
  folder,
  home,
}) => {
  const { secure } = broker;
  if (secure === null) throw new Error('the broker has no listener with a login');
  const path = write(
    'job.sql',
    `CREATE TABLE orders (id BIGINT) WITH ('connector' = 'kafka', 'topic' = 'shop.orders', 'properties.bootstrap.servers' = 'old:9092', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset');
CREATE TABLE seen (n BIGINT) WITH ('connector' = 'print');
INSERT INTO seen SELECT id FROM orders;
`,
  );
  const { page } = await launch(path);
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.command('Dark Theme');
  await designer.command('Connections…');
  const dialog = page.getByRole('dialog', { name: 'Connections' });
  await dialog.getByLabel('Name').fill('secured');
  await dialog.getByLabel('Bootstrap servers').fill(secure.saslTls);
  await dialog.getByLabel('Security').selectOption('SASL_SSL');
  await dialog.getByLabel('CA certificate').fill(secure.certificate);
  await dialog.getByLabel('User').fill(BROKER_LOGIN.username);
  await dialog.getByLabel('Password').fill('wrong');
  await dialog.getByRole('button', { name: 'Test connection' }).click();
  await expect(dialog.getByRole('alert')).toContainText(`refused user ${BROKER_LOGIN.username}`);
  await dialog.getByLabel('Password').fill(BROKER_LOGIN.password);
  await dialog.getByRole('button', { name: 'Test connection' }).click();
  await expect(dialog.getByRole('status')).toContainText('3 topics');
  expect(await violations(page, 'Dark', 'connections')).toEqual([]);
  await dialog.getByLabel('Keep it').selectOption({ label: 'only until Millrace ends' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toContainText('known until Millrace ends');
  await dialog.getByRole('button', { name: 'Close' }).click();

  await designer.select('orders');
  await designer.field('Connection').selectOption({ label: `secured (${secure.saslTls})` });
  await expect(designer.inspector()).not.toContainText('properties.sasl');
  await designer.runToEnd();
  await expect.poll(() => designer.rowCount('seen')).toBe(40);
  await designer.save();
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a reference is written.
  expect(readFileSync(path, 'utf8')).toContain('username="alice" password="${secret:secured.password}";');
  const files = [...filesBelow(folder), ...filesBelow(home)];
  expect(files.some((file) => file.includes(join('.millrace', 'recordings')))).toBe(true);
  // Neither as it is nor as JSON writes it.
  expect(files.filter((file) => /al\\*"ice/.test(readFileSync(file, 'latin1')))).toEqual([]);
});

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    // Electron's locks are links that lead nowhere.
    const found = lstatSync(file);
    return found.isDirectory() ? filesBelow(file) : found.isFile() ? [file] : [];
  });
}
