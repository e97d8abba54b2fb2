import { CertsSchema } from '../../gen/proto/certs_pb.js';
import { UserCertsRequestSchema } from '../../gen/proto/user_certs_pb.js';
import { authCall } from './auth-call.js';

export const generateUserCerts = authCall('GenerateUserCerts', UserCertsRequestSchema, CertsSchema);
