/* app_commands: what the host asks for. A record that is no command is passed over. */
#ifndef EDGEKIT_APP_COMMANDS_H
#define EDGEKIT_APP_COMMANDS_H

#include "app.h"

/* One of those that wait: the sensor is looked after between two. */
void app_obey_command(app_t *app);

#endif
