/** How the runner asks for what only an officer of the target can do. */
import { describe, expect, it } from 'vitest';
import { commandOperator, NOBODY } from '../../node/cli/conformance/operator.js';

/** Ends with the status that is its first word behind the act. */
const OPERATOR = commandOperator("sh -c 'exit $2' driver");

describe('the driver of the conformance runner', () => {
  it('has done it with status 0, and the target has refused it with status 1', async () => {
    expect(await OPERATOR.act('sign', '0')).toBe('done');
    expect(await OPERATOR.act('grant', '1', 'node')).toBe('refused');
  });

  it.each(['2', '127'])('could not ask with status %s, and the check says so', async (status) => {
    await expect(OPERATOR.act('approve', status)).rejects.toThrow(
      `the driver ended with ${status} on approve`,
    );
  });

  it('gets words as they are, whatever a shell would make of them', async () => {
    const careful = commandOperator('sh -c \'test "$2" = "a b; exit 7"\' driver');
    expect(await careful.act('tell', 'a b; exit 7')).toBe('done');
  });

  it('is nobody where none was named', async () => {
    expect(NOBODY.present).toBe(false);
    await expect(NOBODY.act('deny')).rejects.toThrow('nobody is there to deny');
  });
});
