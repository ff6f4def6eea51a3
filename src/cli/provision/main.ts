#!/usr/bin/env node
import { provisionTfjsNode } from './provisionTfjsNode.ts';

try {
  await provisionTfjsNode((line) => console.log(line));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
