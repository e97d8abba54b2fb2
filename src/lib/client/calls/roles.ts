import { EmptySchema } from '@bufbuild/protobuf/wkt';

import {
  CreateRoleRequestSchema,
  DeleteRoleRequestSchema,
  GetRoleRequestSchema,
  ListRolesRequestSchema,
  ListRolesResponseSchema,
  UpdateRoleRequestSchema,
  UpsertRoleRequestSchema,
} from '../../gen/proto/roles_pb.js';
import { RoleV6Schema } from '../../gen/types/roles_pb.js';
import { authCall } from './auth-call.js';

export const getRole = authCall('GetRole', GetRoleRequestSchema, RoleV6Schema);
export const listRoles = authCall('ListRoles', ListRolesRequestSchema, ListRolesResponseSchema);
export const createRole = authCall('CreateRole', CreateRoleRequestSchema, RoleV6Schema);
export const updateRole = authCall('UpdateRole', UpdateRoleRequestSchema, RoleV6Schema);
export const upsertRoleV2 = authCall('UpsertRoleV2', UpsertRoleRequestSchema, RoleV6Schema);
export const upsertRole = authCall('UpsertRole', RoleV6Schema, EmptySchema);
export const deleteRole = authCall('DeleteRole', DeleteRoleRequestSchema, EmptySchema);
