import { setTimeout } from 'node:timers/promises';
import service from '../orders/service.js';
await setTimeout(1);
new service.OrderService().import('[1,');
