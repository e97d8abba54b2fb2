import { SemaphoreV3Schema } from '../../gen/types/semaphores_pb.js';
import { defineReadOnlyKind } from '../kind-definition.js';

export const semaphoreKind = defineReadOnlyKind('semaphore', SemaphoreV3Schema);
